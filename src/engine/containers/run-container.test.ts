import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Pair, withFakeEngine } from '../../../test/support/fake-engine/engine-over-fake.ts';
import type { Script } from '../../../test/support/fake-engine/fake-containers.ts';
import type {
  FakeEngineOptions,
  Misbehaviour,
} from '../../../test/support/fake-engine/fake-engine.ts';
import type { ContainerOutcome, ContainerRequest } from '../engine.ts';

interface Ran {
  readonly outcome: ContainerOutcome;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a container of the fake engine's image. */
async function run(
  pair: Pair,
  more: Partial<ContainerRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  pair.fake.images.add('image:1');
  let [stdout, stderr] = ['', ''];
  let over = false;
  const outcome = await pair.engine.run(
    {
      image: 'image:1',
      command: ['program', 'argument'],
      labels: { ours: 'yes' },
      memoryBytes: 1_000_000,
      pids: 10,
      timeoutSeconds: 60,
      outputBytes: 1000,
      onStdout: (chunk) => {
        assert.equal(over, false, 'output after the outcome');
        stdout += chunk.toString('utf8');
      },
      onStderr: (chunk) => {
        assert.equal(over, false, 'output after the outcome');
        stderr += chunk.toString('utf8');
      },
      ...more,
    },
    signal,
  );
  over = true;
  return { outcome, stdout, stderr };
}

function withScript(
  script: Script,
  use: (pair: Pair) => Promise<void>,
  options: Omit<FakeEngineOptions, 'script'> & { readonly timeScale?: number } = {},
): Promise<void> {
  return withFakeEngine({ ...options, script: () => script }, use);
}

const HELLO: Script = {
  output: [
    { stream: 1, text: 'hello ' },
    { stream: 2, text: 'oh\n' },
    { stream: 1, text: 'world\n' },
  ],
  status: 3,
};

describe('running a container', () => {
  it('gives its output and its status, and leaves nothing behind', () =>
    withScript(HELLO, async (pair) => {
      const { outcome, stdout, stderr } = await run(pair);
      assert.equal(outcome.type, 'exited');
      assert.equal(outcome.status, 3);
      assert.deepEqual([stdout, stderr], ['hello world\n', 'oh\n']);
      assert.equal(pair.fake.containers.all.size, 0);
      assert.equal(pair.engine.retries(), 0);
      assert.deepEqual(pair.notices, []);
    }));

  it('locks it in', () =>
    withScript(HELLO, async (pair) => {
      await run(pair, { cpuset: '2,3' });
      const body = pair.fake.containers.created[0]?.body;
      assert.equal(body?.User, '65534:65534');
      const host = body.HostConfig ?? {};
      assert.deepEqual(
        {
          network: host['NetworkMode'],
          dropped: host['CapDrop'],
          added: host['CapAdd'],
          security: host['SecurityOpt'],
          root: host['ReadonlyRootfs'],
          memory: [host['Memory'], host['MemorySwap']],
          pids: host['PidsLimit'],
          cpus: host['CpusetCpus'],
          binds: host['Binds'],
        },
        {
          network: 'none',
          dropped: ['ALL'],
          added: undefined,
          security: ['no-new-privileges'],
          root: true,
          memory: [1_000_000, 1_000_000],
          pids: 10,
          cpus: '2,3',
          binds: undefined,
        },
      );
    }));

  it('kills it at its time limit', () =>
    withScript({ ...HELLO, runsOn: true }, async (pair) => {
      const { outcome, stdout } = await run(pair, { timeoutSeconds: 0.05 });
      assert.equal(outcome.type, 'timeout');
      assert.equal(stdout, 'hello world\n');
      assert.equal(pair.fake.containers.all.size, 0);
    }));

  it('kills it at its output limit, and passes on exactly that much', () =>
    withScript({ output: [{ stream: 1, text: 'x'.repeat(3000) }], runsOn: true }, async (pair) => {
      const { outcome, stdout } = await run(pair);
      assert.equal(outcome.type, 'output-limit');
      assert.equal(stdout.length, 1000);
      assert.equal(pair.fake.containers.all.size, 0);
    }));

  it('does not call it good when the last of its output was beyond the limit', () =>
    withScript({ output: [{ stream: 1, text: 'x'.repeat(1001) }] }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'output-limit');
    }));

  it('is given up within moments when the run is interrupted', () =>
    withScript(
      { runsOn: true },
      async (pair) => {
        const controller = new AbortController();
        const running = run(pair, {}, controller.signal);
        pair.fake.misbehave('POST /containers/{id}/wait', {
          type: 'handle',
          handle: () => {
            controller.abort();
          },
        });
        assert.equal((await running).outcome.type, 'cancelled');
        assert.equal(pair.fake.containers.all.size, 0);
      },
      { timeScale: 1 },
    ));

  it('does not begin when the run was interrupted before', () =>
    withScript(HELLO, async (pair) => {
      const { outcome } = await run(pair, {}, AbortSignal.abort());
      assert.equal(outcome.type, 'cancelled');
      assert.deepEqual(pair.fake.requests, []);
    }));

  it('says that the image is missing', () =>
    withScript(HELLO, async (pair) => {
      const { outcome } = await run(pair, { image: 'other:1' });
      assert.equal(outcome.type, 'not-started');
      assert.match(outcome.reason, /No such image/);
    }));

  it('tells a crash from a kill by someone else', async () => {
    await withScript({ status: 139 }, async (pair) => {
      const { outcome } = await run(pair);
      assert.deepEqual([outcome.type, 'status' in outcome && outcome.status], ['exited', 139]);
    });
    const events = [{ action: 'kill', signal: '11' }];
    await withScript({ status: 139, events }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'vanished');
    });
    await withScript({ status: 137, events: [{ action: 'oom' }] }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'out-of-memory');
    });
    await withScript({ status: 137 }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'vanished');
    });
  });

  it('says that the container vanished', () =>
    withScript({ ...HELLO, vanishes: true }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'vanished');
    }));

  it('says that the container vanished while another client removes it', () =>
    withScript({ ...HELLO, endState: 'removing' }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'vanished');
    }));

  it('believes no status before the end was put down', async () => {
    for (const endState of ['created', 'initialized', 'stopping', '']) {
      await withScript({ ...HELLO, endState }, async (pair) => {
        assert.equal((await run(pair)).outcome.type, 'engine-failed', endState);
      });
    }
    for (const endState of ['exited', 'dead', 'stopped']) {
      await withScript({ ...HELLO, endState }, async (pair) => {
        assert.equal((await run(pair)).outcome.type, 'exited', endState);
      });
    }
  });

  it('lets a bug in a callback be seen, and still removes the container', () =>
    withScript({ ...HELLO, runsOn: true }, async (pair) => {
      const bug = new Error('a bug');
      const running = run(pair, {
        onStdout: () => {
          throw bug;
        },
      });
      await assert.rejects(running, bug);
      assert.equal(pair.fake.containers.all.size, 0);
    }));
});

describe('running a container on an engine that misbehaves', () => {
  const routes = {
    create: 'POST /containers/create',
    attach: 'POST /containers/{id}/attach',
    start: 'POST /containers/{id}/start',
    wait: 'POST /containers/{id}/wait',
    inspect: 'GET /containers/{id}/json',
    remove: 'DELETE /containers/{id}',
    events: 'GET /events',
  } as const;
  /** For calls that never answer: what else is late then does not change the outcome. */
  const SHORT = { timeScale: 0.01 };
  const server = { type: 'status', status: 500 } as const;

  it('gets over an error now and then, and counts it', async () => {
    for (const route of [routes.create, routes.attach, routes.start, routes.wait, routes.inspect]) {
      await withScript(HELLO, async (pair) => {
        pair.fake.misbehave(route, server);
        const { outcome, stdout } = await run(pair);
        assert.deepEqual([outcome.type, stdout], ['exited', 'hello world\n'], route);
        // A failed wait is not repeated if the container reports that it has ended.
        assert.equal(pair.engine.retries(), route === routes.wait ? 0 : 1, route);
        assert.equal(pair.fake.containers.all.size, 0, route);
      });
    }
  });

  it('waits for one that is slow, and takes its answer for nothing else than it is', async () => {
    for (const route of [routes.create, routes.attach, routes.start, routes.inspect]) {
      await withScript(HELLO, async (pair) => {
        pair.fake.misbehave(route, { type: 'slow', milliseconds: 100 });
        const { outcome, stdout } = await run(pair);
        assert.deepEqual([outcome.type, stdout], ['exited', 'hello world\n'], route);
        assert.equal(pair.engine.retries(), 0, route);
      });
    }
  });

  it('removes the container in the end, although not at once', () =>
    withScript(HELLO, async (pair) => {
      pair.fake.misbehave(routes.remove, server, 2);
      assert.equal((await run(pair)).outcome.type, 'exited');
      assert.equal(pair.fake.containers.all.size, 0);
    }));

  it('says aloud that a container could not be removed, and keeps its result', () =>
    withScript(HELLO, async (pair) => {
      pair.fake.misbehave(routes.remove, { ...server, message: 'device busy' }, 20);
      assert.equal((await run(pair)).outcome.type, 'exited');
      assert.match(pair.notices.join('\n'), /not removed: device busy/);
    }));

  it('removes a container whose creation was done but not answered', () =>
    withScript(HELLO, async (pair) => {
      pair.fake.misbehave(routes.create, { type: 'lose-answer' });
      assert.equal((await run(pair)).outcome.type, 'exited');
      assert.equal(pair.fake.containers.created.length, 2);
      assert.equal(pair.fake.containers.all.size, 0);
    }));

  it('never takes an error after the start for a result', async () => {
    const lost: readonly (readonly [string, Misbehaviour, Partial<Script>?])[] = [
      // Whether it ran is not known.
      [routes.start, { type: 'lose-answer' }],
      [routes.start, { type: 'hang' }],
      // How it ended is not known.
      [routes.inspect, server],
      [routes.inspect, { type: 'hang' }],
      [routes.inspect, { type: 'cut' }],
      [routes.inspect, { type: 'answer', text: '{}' }],
      [routes.inspect, { type: 'answer', text: 'not JSON' }],
      // Whose signal it was is not known.
      [routes.events, server, { status: 143 }],
      [routes.events, { type: 'answer', text: '{"Action"' }, { status: 143 }],
    ];
    for (const [route, how, script] of lost) {
      const check = async (pair: Pair): Promise<void> => {
        pair.fake.misbehave(route, how, 100);
        const { outcome } = await run(pair);
        assert.equal(outcome.type, 'engine-failed', `${route} ${JSON.stringify(how)}`);
      };
      await withScript({ ...HELLO, ...script }, check, SHORT);
    }
  });

  it('needs no answer to its wait when the container says how it ended', async () => {
    for (const how of [{ type: 'hang' }, { type: 'cut-in-answer', text: '{"Sta' }] as const) {
      const check = async (pair: Pair): Promise<void> => {
        pair.fake.misbehave(routes.wait, how, 100);
        const { outcome } = await run(pair);
        assert.deepEqual([outcome.type, 'status' in outcome && outcome.status], ['exited', 3]);
      };
      await withScript(HELLO, check, { timeScale: 0.03 });
    }
  });

  it('believes neither of two statuses that contradict each other', () =>
    withScript({ ...HELLO, waitedStatus: 0 }, async (pair) => {
      assert.equal((await run(pair)).outcome.type, 'engine-failed');
    }));

  it('notices a broken and a cut frame in the output', async () => {
    for (const tail of [
      '\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0009half',
      'no frame at all',
    ]) {
      await withScript({ ...HELLO, rawTail: Buffer.from(tail, 'latin1') }, async (pair) => {
        const { outcome } = await run(pair);
        assert.equal(outcome.type, 'engine-failed', tail);
      });
    }
  });

  it('does not trust an output that ended while the container ran on', () =>
    withScript(
      { ...HELLO, closesOutput: true, runsOn: true },
      async (pair) => {
        const { outcome } = await run(pair);
        assert.equal(outcome.type, 'engine-failed');
        assert.equal(pair.fake.containers.all.size, 0);
      },
      { timeScale: 0.03 },
    ));

  it('does not trust an output that ended while the engine did not report the state', () =>
    withScript(
      { ...HELLO, closesOutput: true, runsOn: true },
      async (pair) => {
        pair.fake.misbehave(routes.inspect, server, 4);
        // It ends by itself before it is killed.
        const handle: Extract<Misbehaviour, { type: 'handle' }>['handle'] = (exchange) => {
          pair.fake.containers.created[0]?.end(0);
          exchange.error(409, 'not running');
        };
        pair.fake.misbehave('POST /containers/{id}/kill', { type: 'handle', handle });
        const { outcome } = await run(pair);
        assert.equal(outcome.type, 'engine-failed', JSON.stringify(outcome));
      },
      { timeScale: 0.03 },
    ));

  it('does not wait for ever for an output that does not end', () =>
    withScript(
      HELLO,
      async (pair) => {
        pair.fake.misbehave(routes.attach, {
          type: 'handle',
          handle: (exchange) => {
            exchange.hijack();
          },
        });
        assert.equal((await run(pair)).outcome.type, 'engine-failed');
      },
      { timeScale: 0.03 },
    ));

  it('notices that the engine went away', () =>
    withScript({ ...HELLO, runsOn: true }, async (pair) => {
      pair.fake.misbehave(routes.wait, {
        type: 'handle',
        handle: () => pair.fake.close(),
      });
      assert.equal((await run(pair)).outcome.type, 'engine-failed');
    }));

  it('hangs nowhere when the engine does', async () => {
    for (const route of [routes.create, routes.attach, routes.start, routes.inspect]) {
      const check = async (pair: Pair): Promise<void> => {
        pair.fake.misbehave(route, { type: 'hang' }, 100);
        assert.equal((await run(pair)).outcome.type, 'engine-failed', route);
      };
      await withScript(HELLO, check, SHORT);
    }
  });

  it('states a limit of processes where the engine cannot set its own', () =>
    withScript(HELLO, async (pair) => {
      const message = 'preparing container x for attach: error setting rlimit type 6';
      pair.fake.misbehave(routes.attach, { type: 'status', status: 409, message });
      assert.equal((await run(pair)).outcome.type, 'exited');
      assert.equal((await run(pair)).outcome.type, 'exited');
      const limited = pair.fake.containers.created.map(({ body }) =>
        JSON.stringify(body.HostConfig?.['Ulimits']).includes('nproc'),
      );
      assert.deepEqual(limited, [false, true, true]);
    }));

  it('starts nothing that it cannot read', () =>
    withScript(HELLO, async (pair) => {
      pair.fake.misbehave(routes.attach, { type: 'status', status: 409, message: 'not now' });
      const { outcome } = await run(pair);
      assert.equal(outcome.type, 'not-started');
      assert.ok(!pair.fake.requests.includes(routes.start));
      assert.equal(pair.fake.containers.all.size, 0);
    }));
});
