import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  type FakeEngine,
  type FakeEngineOptions,
  startFakeEngine,
} from '../../../test/support/fake-engine/fake-engine.ts';
import { type OpenOptions, type OpenOutcome, openEngine } from './open.ts';
import { cannotChangeUser } from '../../../test/support/change-user.ts';

const never = new AbortController().signal;

describe('opening an engine', () => {
  const home = mkdtempSync(join(tmpdir(), 'open-test-'));
  after(() => rm(home, { recursive: true, force: true }));

  function open(more: Partial<OpenOptions> = {}, notices: string[] = []): Promise<OpenOutcome> {
    return openEngine(
      {
        env: { HOME: home },
        cacheFolder: home,
        notify: (text) => notices.push(text),
        ...more,
      },
      never,
    );
  }

  async function withFake(
    options: FakeEngineOptions,
    use: (fake: FakeEngine) => Promise<void>,
  ): Promise<void> {
    const fake = await startFakeEngine(options);
    try {
      await use(fake);
    } finally {
      await fake.close();
    }
  }

  it('takes the one that --engine names, and says how it was found', () =>
    withFake({}, async (fake) => {
      const opened = await open({ explicit: fake.address, env: { DOCKER_HOST: 'tcp://other:1' } });
      assert.equal(opened.type, 'ready', JSON.stringify(opened));
      assert.equal(opened.engine.description.endpoint, `--engine (${fake.address})`);
      assert.equal(opened.engine.description.private, false);
      await opened.engine.close();
    }));

  it('takes the one that DOCKER_HOST names', () =>
    withFake({}, async (fake) => {
      const opened = await open({ env: { DOCKER_HOST: fake.address } });
      assert.equal(opened.type, 'ready');
      await opened.engine.close();
    }));

  it('speaks to one over TCP as well', () =>
    withFake({}, async (fake) => {
      const relay = createServer((client) => {
        const engine = createConnection(fake.socket);
        client.pipe(engine).pipe(client);
        for (const side of [client, engine]) side.on('error', () => undefined);
      });
      relay.listen(0, '127.0.0.1');
      await once(relay, 'listening');
      const { port } = relay.address() as AddressInfo;
      fake.images.add('name:1');
      const opened = await open({ explicit: `tcp://127.0.0.1:${port}` });
      assert.equal(opened.type, 'ready', JSON.stringify(opened));
      assert.equal((await opened.engine.image('name:1'))?.tags[0], 'name:1');
      await opened.engine.close();
      relay.close();
    }));

  it('takes that of the current docker context', () =>
    withFake({}, async (fake) => {
      const folder = join(home, 'context');
      const name = createHash('sha256').update('mine').digest('hex');
      mkdirSync(join(folder, 'contexts', 'meta', name), { recursive: true });
      writeFileSync(join(folder, 'config.json'), '{"currentContext":"mine"}');
      writeFileSync(
        join(folder, 'contexts', 'meta', name, 'meta.json'),
        JSON.stringify({ Endpoints: { docker: { Host: fake.address } } }),
      );
      const opened = await open({ env: { HOME: home, DOCKER_CONFIG: folder } });
      assert.equal(opened.type, 'ready', JSON.stringify(opened));
      assert.match(opened.engine.description.endpoint, /docker context "mine"/);
      await opened.engine.close();
    }));

  it('looks for no other when the one that was named does not answer', async () => {
    const missing = `unix://${join(home, 'nobody.sock')}`;
    for (const more of [{ explicit: missing }, { env: { DOCKER_HOST: missing } }]) {
      const opened = await open(more);
      assert.equal(opened.type, 'none');
      assert.match(opened.reason, /nobody\.sock.*the socket does not exist/);
    }
  });

  it('waits for a named one that is just starting, and reports it once', () =>
    withFake({}, async (fake) => {
      const socket = join(home, 'starting.sock');
      const notices: string[] = [];
      // A socket that is left of an engine that was killed refuses connections.
      const code = `require('net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 9))`;
      spawnSync(process.execPath, ['-e', code]);
      assert.ok(existsSync(socket));
      const opening = open({ explicit: `unix://${socket}` }, notices);
      await sleep(700);
      rmSync(socket);
      symlinkSync(fake.socket, socket);
      const opened = await opening;
      assert.equal(opened.type, 'ready', JSON.stringify(opened));
      assert.deepEqual(notices, [
        `Waiting up to 30 s for --engine (unix://${socket}) to start, since it refuses connections.`,
      ]);
      await opened.engine.close();
    }));

  it('gives a named one up that does not start', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    const notices: string[] = [];
    const before = performance.now();
    const opened = await open({ env, timeScale: 0.02 }, notices);
    assert.ok(performance.now() - before >= 30 * 20);
    assert.equal(opened.type, 'none');
    assert.match(opened.reason, /DOCKER_HOST .*: nothing listens there/);
    assert.equal(notices.length, 1);
  });

  it('says how a user is let in where permission is denied', { skip: cannotChangeUser() }, () => {
    const socket = join(home, 'docker.sock');
    const server = createServer().listen(socket);
    // Another user, who can read the folder but cannot use the socket.
    const script = `
      const { openEngine } = await import(${JSON.stringify(new URL('open.ts', import.meta.url).href)});
      process.setgid(65534); process.setuid(65534);
      const options = { explicit: process.argv[1], env: { HOME: '/' }, cacheFolder: '/', notify: () => {} };
      console.log(JSON.stringify(await openEngine(options, new AbortController().signal)));`;
    chmodSync(home, 0o755);
    chmodSync(socket, 0o600);
    try {
      const run = spawnSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', script, `unix://${socket}`],
        { encoding: 'utf8' },
      );
      assert.match(run.stdout, /this user has no permission for it/, run.stderr);
      assert.match(run.stdout, /Run sudo usermod -aG docker \$USER, then log in again/);
    } finally {
      server.close();
    }
  });

  it('does not wait for ever for one that hangs, cuts the line or answers nonsense', async () => {
    const bad = [
      ['GET /_ping', { type: 'hang' }],
      ['GET /_ping', { type: 'cut' }],
      ['GET /_ping', { type: 'status', status: 500 }],
      ['GET /version', { type: 'hang' }],
      ['GET /version', { type: 'answer', text: '<html>' }],
      ['GET /version', { type: 'answer', text: 'null' }],
      ['GET /version', { type: 'cut-in-answer', text: '{"Api' }],
      ['GET /info', { type: 'status', status: 503 }],
      ['GET /info', { type: 'answer', text: '[]' }],
      ['GET /info', { type: 'answer', text: 'null' }],
    ] as const;
    for (const [route, how] of bad) {
      await withFake({}, async (fake) => {
        fake.misbehave(route, how, 100);
        const opened = await open({ explicit: fake.address, timeScale: 0.02 });
        assert.equal(opened.type, 'none', `${route} ${JSON.stringify(how)}`);
        assert.notEqual(opened.advice, '');
      });
    }
  });

  it('gets over a bad moment', () =>
    withFake({}, async (fake) => {
      fake.misbehave('GET /version', { type: 'status', status: 500 });
      fake.misbehave('GET /info', { type: 'cut' });
      const opened = await open({ explicit: fake.address });
      assert.equal(opened.type, 'ready');
      await opened.engine.close();
    }));

  it('says which version is needed where the engine is too old, and takes a newer one', async () => {
    await withFake({ version: { ApiVersion: '1.40', Version: '19.3.0' } }, async (fake) => {
      const opened = await open({ explicit: fake.address });
      assert.equal(opened.type, 'none');
      assert.match(opened.reason, /19\.3\.0.*1\.40.*1\.41/);
    });
    await withFake({ version: { ApiVersion: '1.99', Version: '99' } }, async (fake) => {
      const opened = await open({ explicit: fake.address });
      assert.equal(opened.type, 'ready');
      await opened.engine.close();
    });
  });

  it('tells the user what the engine cannot limit', () =>
    withFake({ info: { MemoryLimit: false } }, async (fake) => {
      const notices: string[] = [];
      const opened = await open({ explicit: fake.address }, notices);
      assert.equal(opened.type, 'ready');
      assert.match(notices.join('\n'), /cannot limit the memory/);
      await opened.engine.close();
    }));

  it('asks an engine that discards CPU sets for none, which Podman would refuse', () =>
    withFake({ info: { CPUSet: false } }, async (fake) => {
      const opened = await open({ explicit: fake.address });
      assert.equal(opened.type, 'ready');
      await opened.engine.run(
        {
          image: fake.images.add('an-image').id,
          command: ['x'],
          labels: {},
          cpuset: '0,1',
          timeoutSeconds: 60,
          memoryBytes: 64 * 2 ** 20,
          pids: 32,
          outputBytes: 2 ** 20,
          onStdout: () => undefined,
          onStderr: () => undefined,
        },
        never,
      );
      assert.equal(fake.containers.created[0]?.body.HostConfig?.['CpusetCpus'], undefined);
      await opened.engine.close();
    }));

  it('says what to do where --engine is no address', async () => {
    const opened = await open({ explicit: 'fd://3' });
    assert.equal(opened.type, 'none');
    assert.match(opened.reason, /--engine: .*not supported/);
  });
});
