import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContainerOutcome, ContainerRequest, Engine } from '../engine/engine.ts';
import { DEFAULT_TRIAL } from '../matrix/limits.ts';
import { PLAIN_PROTOCOL } from '../reproduction/plain-manifest.ts';
import type { Observation } from '../verdict/observation.ts';
import { Attempts, type AttemptsRequest } from './attempts.ts';

const CHECKS = [
  ['this is 0', 'end check-0 0 0 0'],
  ['this is 7', 'end check-7 7 0 0'],
  ['this is crash', 'end check-crash 134 0 0'],
];

const REQUEST: AttemptsRequest = {
  image: 'image',
  command: 'python3',
  scenario: { id: 'default', args: [] },
  limits: DEFAULT_TRIAL,
  labels: {},
  env: {},
  folder: { files: [] },
  interpreter: { type: 'path', path: '/usr/bin/python3' },
  protocol: PLAIN_PROTOCOL,
};

/** A container's script: it gets its mark and writes through the request. */
type Script = (
  request: ContainerRequest,
  tell: (text: string) => void,
  signal: AbortSignal,
) => Promise<ContainerOutcome> | ContainerOutcome;

/** An engine whose containers are scripts, one after the other. */
function engineOf(...scripts: readonly Script[]): Engine & { readonly started: () => number } {
  let started = 0;
  const run: Engine['run'] = async (request, signal) => {
    const script = scripts[started];
    started += 1;
    assert.ok(script, 'a container more than there are scripts');
    const mark = request.command[2] ?? '';
    const tell = (text: string) => {
      const line = Buffer.from(`\n${mark} ${text}\n`);
      request.onStdout(line);
      request.onStderr(line);
    };
    return script(request, tell, signal);
  };
  const description = { name: 'docker' } as Engine['description'];
  return { description, run, started: () => started } as Partial<Engine> as Engine & {
    started: () => number;
  };
}

function checks(request: ContainerRequest, tell: (text: string) => void): void {
  for (const [line = '', mark = ''] of CHECKS) {
    request.onStdout(Buffer.from(`${line}\n`));
    tell(mark);
  }
}

const EXITED: ContainerOutcome = { type: 'exited', status: 0, seconds: 1 };

/** The end of a container that is killed when the time of an attempt is over. */
async function expired(
  { expiry }: ContainerRequest,
  outcome: ContainerOutcome = { type: 'timeout', seconds: 1 },
): Promise<ContainerOutcome> {
  assert.ok(expiry);
  if (!expiry.aborted) await once(expiry, 'abort');
  return outcome;
}

async function all(
  engine: Engine,
  count: number,
  changes: Partial<AttemptsRequest> = {},
): Promise<readonly Observation[]> {
  const attempts = new Attempts(engine, { ...REQUEST, ...changes }, new AbortController().signal);
  const observations: Observation[] = [];
  try {
    for (let left = count; left > 0; left -= 1) observations.push(await attempts.next(left));
  } finally {
    await attempts.close();
  }
  return observations;
}

function printed(observation: Observation): string {
  if (observation.type === 'completed') return observation.failures === 0 ? 'good' : 'bad';
  return observation.type === 'problem' ? observation.problem : observation.type;
}

describe('attempts in one container', () => {
  it('are observed one by one, with the lines of each', async () => {
    const engine = engineOf((request, tell) => {
      checks(request, tell);
      tell('begin 1');
      request.onStdout(Buffer.from('first'));
      tell('end 1 0 0 0');
      tell('begin 2');
      request.onStderr(Buffer.from('second\n'));
      tell('end 2 3 0 0');
      return EXITED;
    });
    const [first, second] = await all(engine, 2);
    assert.equal(first && printed(first), 'good');
    assert.deepEqual(second?.type === 'completed' && second.notes, ['second']);
    assert.equal(engine.started(), 1);
  });

  it('mean the same however the output is cut into chunks', async () => {
    const whole = (mark: string) =>
      [
        ...CHECKS.map(([line, end]) => `${line ?? ''}\n\n${mark} ${end ?? ''}\n`),
        `\n${mark} begin 1\n`,
        'a\nb without an end',
        `\n${mark} end 1 3 0 0\n`,
      ].join('');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 20 }), async (cuts) => {
        const engine = engineOf((request) => {
          const bytes = Buffer.from(whole(request.command[2] ?? ''));
          const at = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b);
          at.forEach((from, index) => {
            request.onStdout(bytes.subarray(from, at[index + 1] ?? bytes.length));
          });
          request.onStderr(bytes);
          return EXITED;
        });
        const [only] = await all(engine, 1);
        assert.equal(only && printed(only), 'bad');
      }),
      { numRuns: 50 },
    );
  });

  it('that end the process which runs them are no result', async () => {
    for (const status of [0, 1, 143]) {
      const engine = engineOf((request, tell) => {
        checks(request, tell);
        tell('begin 1');
        return { type: 'exited', status, seconds: 1 };
      });
      const [only] = await all(engine, 1);
      assert.equal(only && printed(only), 'container', `${status}`);
    }
  });

  it('are no result where the shell does not report what happens', async () => {
    const lies: Script[] = [
      // Every status is 0.
      (request, tell) => {
        for (const [line = '', mark = ''] of CHECKS) {
          request.onStdout(Buffer.from(`${line}\n`));
          tell(mark.replace(/ \d+ 0 0$/, ' 0 0 0'));
        }
        tell('begin 1');
        tell('end 1 0 0 0');
        return EXITED;
      },
      // Nothing is run.
      (_, tell) => {
        for (const [, mark = ''] of CHECKS) tell(mark);
        tell('begin 1');
        tell('end 1 0 0 0');
        return EXITED;
      },
      // Nothing happens at all.
      () => EXITED,
    ];
    for (const lie of lies) {
      const [only] = await all(engineOf(lie), 1);
      assert.equal(only && printed(only), 'container');
      assert.match(only?.type === 'problem' ? only.reason : '', /reports wrong exit statuses/);
    }
  });

  it('that reached a limit of the container are no result, whatever their status is', async () => {
    for (const [end, problem] of [
      ['end 1 0 1 0', 'out-of-memory'],
      ['end 1 0 0 2', 'container'],
    ] as const) {
      const engine = engineOf((request, tell) => {
        checks(request, tell);
        tell('begin 1');
        tell(end);
        return EXITED;
      });
      const [only] = await all(engine, 1);
      assert.equal(only && printed(only), problem);
    }
  });

  it('that take too long are ended, and the next one has a new container', async () => {
    const slow: Script = (request, tell) => {
      checks(request, tell);
      tell('begin 1');
      return expired(request);
    };
    const engine = engineOf(slow, slow);
    const limits = { ...DEFAULT_TRIAL, timeoutSeconds: 0.05 };
    const observations = await all(engine, 2, { limits });
    assert.deepEqual(observations.map(printed), ['timeout', 'timeout']);
    assert.equal(engine.started(), 2);
  });

  it('hang only where the engine still says so when their time is over', async () => {
    const protocol = { ...PLAIN_PROTOCOL, hang: 'reproduced' as const };
    const limits = { ...DEFAULT_TRIAL, timeoutSeconds: 0.05 };
    for (const [outcome, word] of [
      [{ type: 'timeout', seconds: 1 }, 'bad'],
      [{ type: 'engine-failed', reason: 'no answer', seconds: 1 }, 'engine'],
      [{ type: 'out-of-memory', status: 137, seconds: 1 }, 'out-of-memory'],
      [{ type: 'vanished', reason: 'paused', seconds: 1 }, 'container'],
    ] as const) {
      const slow: Script = (request, tell) => {
        checks(request, tell);
        tell('begin 1');
        return expired(request, outcome);
      };
      assert.deepEqual((await all(engineOf(slow), 1, { limits, protocol })).map(printed), [word]);
    }
  });

  it('are not called late for the one before, which ended at the last moment', async () => {
    const protocol = { ...PLAIN_PROTOCOL, hang: 'reproduced' as const };
    const limits = { ...DEFAULT_TRIAL, timeoutSeconds: 0.05 };
    const slow: Script = async (request, tell) => {
      checks(request, tell);
      tell('begin 1');
      const outcome = await expired(request);
      tell('end 1 0 0 0');
      tell('begin 2');
      return outcome;
    };
    const quick: Script = (request, tell) => {
      checks(request, tell);
      tell('begin 1');
      tell('end 1 0 0 0');
      return EXITED;
    };
    const engine = engineOf(slow, quick);
    assert.deepEqual((await all(engine, 2, { limits, protocol })).map(printed), ['good', 'good']);
  });

  it('have their time from their start, and not from that of their container', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const late: Script = (request) => {
      const end = expired(request);
      context.mock.timers.tick(1_500);
      assert.equal(request.expiry?.aborted, false);
      setImmediate(() => {
        context.mock.timers.tick(60_000);
      });
      return end;
    };
    const limits = { ...DEFAULT_TRIAL, timeoutSeconds: 1 };
    const protocol = { ...PLAIN_PROTOCOL, hang: 'reproduced' as const };
    const [only] = await all(engineOf(late, late, late), 1, { limits, protocol });
    assert.match(only?.type === 'problem' ? only.reason : '', /not ready in time/);
  });

  it('continue in a new container where one cannot be cleaned', async () => {
    const dirty: Script = (request, tell) => {
      checks(request, tell);
      tell('begin 1');
      tell('end 1 0 0 0');
      tell('broken it left System V objects behind');
      return EXITED;
    };
    const engine = engineOf(dirty, dirty);
    assert.deepEqual((await all(engine, 2)).map(printed), ['good', 'good']);
    assert.equal(engine.started(), 2);
  });

  it('are given up where no container can be prepared', async () => {
    const broken: Script = (_, tell) => {
      tell('broken the folder cannot be copied');
      return EXITED;
    };
    const [only] = await all(engineOf(broken, broken, broken), 1);
    assert.match(only?.type === 'problem' ? only.reason : '', /the folder cannot be copied/);
  });

  it('keep what showed before output was dropped', async () => {
    const engine = engineOf((request, tell) => {
      checks(request, tell);
      tell('begin 1');
      for (let line = 0; line < 100; line += 1) request.onStdout(Buffer.from(`line ${line}\n`));
      tell('end 1 1 0 0');
      return EXITED;
    });
    const [only] = await all(engine, 1, { limits: { ...DEFAULT_TRIAL, outputBytes: 60 } });
    assert.match(
      only?.type === 'completed' ? (only.notes ?? []).join() : '',
      /beyond the limit was dropped/,
    );
  });
});
