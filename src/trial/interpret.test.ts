import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Observation } from '../verdict/observation.ts';
import { ScriptTranscript } from './interpret.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import { parseOutputPattern, type OutputPattern } from '../reproduction/output-pattern.ts';

function pattern(text: string): OutputPattern {
  const parsed = parseOutputPattern(text);
  assert.ok(parsed.ok);
  return parsed.value;
}

const byStatus: ScriptProtocol = { type: 'exit-status', evidence: [] };
const byPatterns: ScriptProtocol = {
  type: 'patterns',
  reproduced: [pattern('^FAIL')],
  completed: [pattern('tests were run$')],
  evidence: [pattern('^ +at ')],
};

function exited(status: number): ContainerOutcome {
  return { type: 'exited', status, seconds: 2 };
}

function observed(
  protocol: ScriptProtocol,
  output: string | Buffer,
  outcome: ContainerOutcome,
): Observation {
  const transcript = new ScriptTranscript(protocol);
  transcript.push('stdout', Buffer.from(output));
  return transcript.conclude(outcome);
}

/** `good`, `bad`, or the type with the problem. */
function said(observation: Observation): string {
  if (observation.type === 'completed') return observation.failures === 0 ? 'good' : 'bad';
  return observation.type === 'problem' ? observation.problem : observation.type;
}

const BROKEN: readonly ContainerOutcome[] = [
  { type: 'out-of-memory', status: 137, seconds: 1 },
  { type: 'timeout', seconds: 60 },
  { type: 'output-limit', seconds: 1 },
  { type: 'not-started', reason: 'exec format error' },
  { type: 'vanished', reason: 'somebody removed it', seconds: 1 },
  { type: 'engine-failed', reason: 'no answer', seconds: 1 },
  { type: 'cancelled', seconds: 1 },
];

describe('by exit status', () => {
  it('is read as git bisect run reads it', () => {
    for (let status = 0; status < 256; status += 1) {
      const expected =
        status === 0
          ? 'good'
          : status === 125
            ? 'unsupported'
            : status < 126
              ? 'bad'
              : 'exit-status';
      assert.equal(said(observed(byStatus, '', exited(status))), expected, String(status));
    }
  });

  it('shows the last lines of a failing run, or those that were asked for', () => {
    const bad = observed(byStatus, 'one\ntwo\nthree\nfour\n', exited(1));
    assert.deepEqual(bad.type === 'completed' && bad.notes, ['two', 'three', 'four']);
    const asked = observed(
      { type: 'exit-status', evidence: [pattern('t')] },
      'one\ntwo\nthree\nfour\n',
      exited(1),
    );
    assert.deepEqual(asked.type === 'completed' && asked.notes, ['two', 'three']);
  });

  it('says what was said, where it cannot be tested or could not be started', () => {
    const untestable = observed(byStatus, 'needs Linux 9\n', exited(125));
    assert.match(untestable.type === 'unsupported' ? untestable.reason : '', /needs Linux 9/);
    const missing = observed(byStatus, 'run.sh: 3: nosuch: not found\n', exited(127));
    assert.match(missing.type === 'problem' ? missing.reason : '', /127 .*not found.*\n.*nosuch/);
    const killed = observed(byStatus, '', exited(139));
    assert.match(killed.type === 'problem' ? killed.reason : '', /SIGSEGV/);
  });
});

describe('by patterns', () => {
  it('needs no exit status', () => {
    for (const status of [0, 1, 125, 127, 255]) {
      assert.equal(
        said(observed(byPatterns, 'FAIL: it\n9 tests were run\n', exited(status))),
        'bad',
      );
      assert.equal(said(observed(byPatterns, '9 tests were run\n', exited(status))), 'good');
      assert.equal(said(observed(byPatterns, '8 tests were\n', exited(status))), 'no-summary');
    }
  });

  it('looks into standard error, and into what has no last newline', () => {
    const transcript = new ScriptTranscript(byPatterns);
    transcript.push('stdout', Buffer.from('9 tests were run'));
    transcript.push('stderr', Buffer.from('FAIL: it'));
    assert.equal(said(transcript.conclude(exited(0))), 'bad');
  });

  it('does not take a run that somebody else ended for one that came to its end', () => {
    for (const status of [137, 143]) {
      assert.equal(said(observed(byPatterns, '9 tests were run\n', exited(status))), 'exit-status');
    }
  });

  it('gives no pass where a line was too long to be looked through', () => {
    const output = `${'x'.repeat(70_000)}FAIL\n9 tests were run\n`;
    assert.equal(said(observed(byPatterns, output, exited(0))), 'malformed-output');
  });

  it('shows the lines that fit, with nothing in them that a terminal obeys', () => {
    const bad = observed(
      byPatterns,
      'noise\nFAIL: \u0007it\n   at line 3\n9 tests were run\n',
      exited(0),
    );
    assert.deepEqual(bad.type === 'completed' && bad.notes, ['FAIL: ␇it', 'at line 3']);
  });
});

describe('whatever a run writes and however it ends', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc
      .string({ unit: fc.constantFrom('FAIL', '9 tests were run', '\n', '\r', '\0', 'x') })
      .map((text) => Buffer.from(text)),
  );

  it('only a whole run counts', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...BROKEN), (output, outcome) => {
        for (const protocol of [byStatus, byPatterns]) {
          assert.equal(observed(protocol, output, outcome).type, 'problem');
        }
      }),
    );
  });

  it('a run without its proof of completion never passes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(255), (output, status) => {
        const observation = observed(byPatterns, output, exited(status));
        if (said(observation) === 'good') {
          assert.match(output.toString('utf8'), /tests were run(\n|\r|$)/);
          assert.doesNotMatch(output.toString('utf8'), /(^|\n|\r)FAIL/);
        }
      }),
    );
  });

  it('a flood is read with the memory of a few lines', () => {
    const transcript = new ScriptTranscript(byPatterns);
    const chunk = Buffer.alloc(1 << 20, 'no newline at all ');
    for (let megabyte = 0; megabyte < 100; megabyte += 1) transcript.push('stdout', chunk);
    const observation = transcript.conclude({ type: 'output-limit', seconds: 1 });
    assert.ok(observation.type === 'problem');
    assert.ok(observation.reason.length < 2000);
  });
});
