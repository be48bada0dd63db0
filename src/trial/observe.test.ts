import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Scenario } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import { TrialTranscript } from './observe.ts';
import type { TrialRequest } from './trial-container.ts';

const scenario: Scenario = {
  id: 'add/os.system',
  mutation: 'add',
  launcher: 'os.system',
  args: ['--mutation', 'add', '--launcher', 'os.system'],
  control: 'none/os.system',
};

const start = {
  type: 'start',
  contract: 1,
  python: '3.11.2',
  implementation: 'CPython',
  mutation: 'add',
  launcher: 'os.system',
  threads: 8,
  cpus: 2,
};
const failure = { type: 'failure', call: 3, symptom: 'spawn-error', status: 32512, seconds: 0.01 };
const silence = {
  type: 'summary',
  calls: 900,
  exposed: 800,
  failures: {},
  mutations: 5000,
  seconds: 1,
};
const failed = { ...silence, failures: { 'spawn-error': 1 }, firstFailureSeconds: 0.01 };

const exited = (status: number): ContainerOutcome => ({ type: 'exited', status, seconds: 1.2 });

type Extent = Pick<TrialRequest, 'calls' | 'seconds'>;

function observe(
  output: string,
  outcome = exited(0),
  stderr = '',
  extent: Extent = { calls: 0, seconds: 0 },
): Observation {
  const transcript = new TrialTranscript({ scenario, ...extent });
  transcript.push('stdout', Buffer.from(output));
  transcript.push('stderr', Buffer.from(stderr));
  return transcript.conclude(outcome);
}

const typeOf = (line: string): unknown => (JSON.parse(line) as { type?: unknown }).type;

const write = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

function problemOf(observation: Observation): string {
  return observation.type === 'problem' ? observation.problem : `no problem: ${observation.type}`;
}

describe('a trial', () => {
  it('that ran to its end in silence', () => {
    const observation = observe(write(start, silence));
    assert.ok(observation.type === 'completed');
    assert.equal(observation.exposed, 800);
    assert.equal(observation.failures, 0);
  });

  it('that failed', () => {
    const observation = observe(write(start, failure, failed));
    assert.ok(observation.type === 'completed');
    assert.deepEqual(observation.symptoms, { 'spawn-error': 1 });
    assert.equal(observation.firstFailureSeconds, 0.01);
    assert.equal(observation.samples[0]?.status, 32512);
  });

  it('whose launcher does not exist', () => {
    const line = { type: 'unsupported', reason: 'this Python has no os.posix_spawn' };
    assert.deepEqual(observe(write(start, line)), {
      type: 'unsupported',
      reason: 'this Python has no os.posix_spawn',
    });
  });

  it('whose interpreter died by its own fault after it had started', () => {
    const progress = { type: 'progress', calls: 400, exposed: 300 };
    const observation = observe(write(start, progress, failure), exited(139));
    assert.ok(observation.type === 'crashed');
    assert.equal(observation.signal, 'SIGSEGV');
    assert.equal(observation.exposed, 300);
  });
});

describe('what is not a result', () => {
  const cases: readonly [string, string, ContainerOutcome, string][] = [
    ['nothing at all', '', exited(0), 'no-summary'],
    ['exit 0 without a summary', write(start), exited(0), 'no-summary'],
    ['a traceback at once', '', exited(1), 'no-summary'],
    ['a traceback half way', write(start, failure), exited(1), 'no-summary'],
    ['a summary and then a failing exit', write(start, silence), exited(1), 'exit-status'],
    ['a summary and then a crash', write(start, silence), exited(139), 'exit-status'],
    ['a crash before the start line', '', exited(139), 'no-summary'],
    ['killed from outside', write(start), exited(137), 'no-summary'],
    ['a summary without a start', write(silence), exited(0), 'contradiction'],
    ['two summaries', write(start, silence, silence), exited(0), 'contradiction'],
    ['a failure after the summary', write(start, silence, failure), exited(0), 'contradiction'],
    [
      'failures that the summary denies',
      write(start, failure, silence),
      exited(0),
      'contradiction',
    ],
    ['failures that only the summary knows', write(start, failed), exited(0), 'contradiction'],
    [
      'more exposed calls than calls',
      write(start, { ...silence, exposed: 1000 }),
      exited(0),
      'contradiction',
    ],
    [
      'exposed calls without a mutation',
      write(start, { ...silence, mutations: 0 }),
      exited(0),
      'contradiction',
    ],
    [
      'another scenario',
      write({ ...start, mutation: 'none' }, silence),
      exited(0),
      'contradiction',
    ],
    ['one CPU', write({ ...start, cpus: 1 }, silence), exited(0), 'cpus'],
    ['a clock that jumped', write(start, { ...silence, seconds: 900 }), exited(0), 'contradiction'],
    [
      'a clock that jumped back',
      write(start, { ...silence, seconds: -86 }),
      exited(0),
      'contradiction',
    ],
    [
      'a clock that stands still',
      write(start, { ...silence, seconds: 0 }),
      exited(0),
      'contradiction',
    ],
    [
      'a failure before the start, by the clock',
      write(start, { ...failure, seconds: -86 }, failed),
      exited(0),
      'contradiction',
    ],
    [
      'a crash after a failure in the far future, by the clock',
      write(start, { ...failure, seconds: 2e9 }),
      exited(139),
      'contradiction',
    ],
    [
      'a first failure before the start',
      write(start, failure, { ...failed, firstFailureSeconds: -86 }),
      exited(0),
      'contradiction',
    ],
    [
      'a first failure after the end',
      write(start, failure, { ...failed, firstFailureSeconds: 900 }),
      exited(0),
      'contradiction',
    ],
    [
      'a count of failures behind another one',
      `${write(start)}{"failures": {"spawn-error": 1}, ${write(silence).slice(1)}`,
      exited(0),
      'malformed-output',
    ],
    ['another contract', write({ ...start, contract: 2 }, silence), exited(0), 'malformed-output'],
    [
      'a line that is not JSON',
      `${write(start)}hello\n${write(silence)}`,
      exited(0),
      'malformed-output',
    ],
    [
      'a summary that is cut off',
      write(start, silence).slice(0, -5),
      exited(0),
      'malformed-output',
    ],
    ['a negative count', write(start, { ...silence, calls: -1 }), exited(0), 'malformed-output'],
    [
      'a resource problem',
      write(start, { type: 'problem', problem: 'resource' }),
      exited(3),
      'unusable',
    ],
    [
      'the memory limit',
      write(start, silence),
      { type: 'out-of-memory', status: 137, seconds: 1 },
      'out-of-memory',
    ],
    ['the time limit', write(start, silence), { type: 'timeout', seconds: 60 }, 'timeout'],
    [
      'the output limit',
      write(start, silence),
      { type: 'output-limit', seconds: 1 },
      'output-limit',
    ],
    [
      'a container that vanished',
      write(start, silence),
      { type: 'vanished', reason: 'gone', seconds: 1 },
      'container',
    ],
    [
      'a container that did not start',
      '',
      { type: 'not-started', reason: 'no image' },
      'container',
    ],
    [
      'an engine that went away',
      write(start, silence),
      { type: 'engine-failed', reason: 'EPIPE', seconds: 1 },
      'engine',
    ],
    ['an interruption', write(start, silence), { type: 'cancelled', seconds: 1 }, 'interrupted'],
  ];
  for (const [name, output, outcome, expected] of cases) {
    it(`${name} is ${expected}`, () => {
      const observation = observe(output, outcome, 'Traceback: the last line');
      assert.equal(problemOf(observation), expected);
      assert.ok(observation.type === 'problem' && observation.reason !== '');
    });
  }

  it('includes an end before the calls and the time are over, unless something failed', () => {
    const extents: readonly [Extent, string][] = [
      [{ calls: 900, seconds: 2 }, 'contradiction'],
      [{ calls: 900, seconds: 1 }, 'no problem: completed'],
      [{ calls: 800, seconds: 2 }, 'no problem: completed'],
    ];
    for (const [extent, expected] of extents) {
      assert.equal(problemOf(observe(write(start, silence), exited(0), '', extent)), expected);
      const found = observe(write(start, failure, failed), exited(0), '', extent);
      assert.equal(found.type, 'completed');
    }
  });

  it('names the signal that a status stands for', () => {
    const observation = observe(
      write(start, { type: 'progress', calls: 1, exposed: 1 }),
      exited(143),
    );
    assert.match(
      observation.type === 'problem' ? observation.reason : '',
      /status 143 \(SIGTERM\)/,
    );
  });

  it('carries the last of what the program wrote to standard error', () => {
    const observation = observe('', exited(1), "ImportError: No module named 'json'");
    assert.match(observation.type === 'problem' ? observation.reason : '', /No module named/);
  });

  it('never completes unless the container ended with 0 and a whole summary came last', () => {
    const lines = fc.constantFrom(...[start, failure, silence, failed, { type: 'junk' }]);
    const outcomes = fc.constantFrom<ContainerOutcome>(
      exited(0),
      exited(1),
      exited(137),
      exited(139),
      { type: 'timeout', seconds: 1 },
      { type: 'vanished', reason: 'gone', seconds: 1 },
    );
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 4 }),
        outcomes,
        fc.nat(60),
        (values, outcome, cut) => {
          const whole = write(...values);
          const output = whole.slice(0, Math.max(0, whole.length - cut));
          if (observe(output, outcome).type !== 'completed') return;
          assert.deepEqual(outcome, exited(0));
          // A cut may take whole lines away, and nothing else.
          assert.ok(output.endsWith('\n'));
          const types = output.trimEnd().split('\n').map(typeOf);
          assert.equal(types.at(-1), 'summary');
          assert.equal(types[0], 'start');
        },
      ),
      { numRuns: 3000 },
    );
  });
});
