/** The private engine's life: that it starts, that it is alone, and that nothing of it is left. */
import assert from 'node:assert/strict';
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import type { OpenOutcome } from '../../src/engine/opening/open.ts';
import { openEngine } from '../../src/engine/opening/open.ts';
import { privatePathsOf } from '../../src/engine/private/private-engine.ts';
import { cannotStartPrivateEngine, plainEnvironment } from './engine-under-test.ts';
import { tinyRoot } from './tiny-root.ts';
import { processesWithArgument } from '../../src/host/processes.ts';
import { mountsBelow } from '../../src/host/mounts.ts';

const IMAGE = 'race-matrix-test/held:1';
const never = new AbortController().signal;

describe('the private engine', { skip: await cannotStartPrivateEngine() }, () => {
  const cache = mkdtempSync(join(tmpdir(), 'private-engine-'));
  after(() => rm(cache, { recursive: true, force: true }));

  function open(
    cacheFolder = cache,
    env: NodeJS.ProcessEnv = plainEnvironment(),
  ): Promise<OpenOutcome> {
    return openEngine({ explicit: 'private', env, cacheFolder, notify: () => undefined }, never);
  }

  type Holder = ChildProcessByStdio<Writable, Readable, null>;

  /** Another process with the engine of the same folder, once it has reported its result. */
  async function hold(
    image?: string,
    wrapper: readonly string[] = [],
  ): Promise<{ holder: Holder; printed: { type: string; reason?: string } }> {
    const script = join(import.meta.dirname, 'hold-private-engine.ts');
    const command = [
      ...wrapper,
      ...[process.execPath, '--import', 'tsx', script, cache],
      ...(image === undefined ? [] : [image]),
    ];
    const holder = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
    return { holder, printed: JSON.parse(line) as { type: string; reason?: string } };
  }

  async function release(holder: Holder): Promise<void> {
    const ended = once(holder, 'exit');
    holder.stdin.end();
    await ended;
  }

  /** Possible leftovers of the engine on a machine. */
  function leftovers(cacheFolder = cache): object {
    const paths = privatePathsOf(cacheFolder);
    const groups = [
      '/sys/fs/cgroup',
      ...readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name)),
    ];
    return {
      processes: processesWithArgument(`--data-root=${paths.data}`),
      mounts: mountsBelow(paths.folder, readFileSync('/proc/self/mountinfo', 'utf8')),
      run: existsSync(paths.run),
      bridge: readFileSync('/proc/net/dev', 'utf8').includes(paths.name),
      groups: groups.map((folder) => join(folder, paths.name)).filter(existsSync),
    };
  }

  const NOTHING = { processes: [], mounts: [], run: false, bridge: false, groups: [] };

  it('starts, keeps its images, and leaves nothing', async () => {
    const first = await open();
    assert.equal(first.type, 'ready', JSON.stringify(first));
    assert.equal(first.engine.description.private, true);
    const imported = await first.engine.import(
      { archive: tinyRoot(), tag: IMAGE, labels: {}, timeoutSeconds: 60 },
      never,
    );
    assert.equal(imported.type, 'done');
    await first.engine.close();
    assert.deepEqual(leftovers(), NOTHING);

    const second = await open();
    assert.equal(second.type, 'ready', JSON.stringify(second));
    assert.equal((await second.engine.image(IMAGE))?.id, imported.image.id);
    await second.engine.close();
    // Closing twice must not end what someone else has started since.
    await second.engine.close();
    assert.deepEqual(leftovers(), NOTHING);
  });

  it('is for one run at a time, and says who has it', async () => {
    const { holder, printed } = await hold();
    assert.equal(printed.type, 'ready');
    const refused = await open();
    assert.equal(refused.type, 'none');
    assert.match(refused.reason, new RegExp(`in use by process ${holder.pid}\\b`));
    await release(holder);
    assert.deepEqual(leftovers(), NOTHING);
  });

  it('reports what is full where it cannot be started, and leaves nothing', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'private-engine-'));
    // An inode more each time, so that the next thing that it makes does not fit.
    for (const inodes of [1, 2, 3, 4, 5]) {
      const options = `size=64k,nr_inodes=${inodes}`;
      assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk]).status, 0);
      try {
        const opened = await open(disk);
        assert.equal(opened.type, 'none', options);
        assert.match(
          opened.reason,
          /\/engine\b.*no space left on device|no space left on device.*\/engine\b/i,
          options,
        );
        assert.deepEqual(leftovers(disk), NOTHING, options);
      } finally {
        spawnSync('umount', [disk]);
      }
    }
    await rm(disk, { recursive: true });
  });

  it('is ours again at once after a run was killed, without its containers', async () => {
    const { holder, printed } = await hold(IMAGE);
    assert.equal(printed.type, 'ready');
    const killed = once(holder, 'exit');
    holder.kill('SIGKILL');
    await killed;
    const opened = await open();
    assert.equal(opened.type, 'ready', JSON.stringify(opened));
    assert.deepEqual(await opened.engine.containers('race-matrix.test'), []);
    assert.notEqual(await opened.engine.image(IMAGE), undefined);
    await opened.engine.close();
    assert.deepEqual(leftovers(), NOTHING);
  });

  it('is gone when its run is gone, without anybody cleaning up', async () => {
    const { holder } = await hold(IMAGE);
    holder.kill('SIGKILL');
    const gone = async (): Promise<void> => {
      while (processesWithArgument(`--data-root=${privatePathsOf(cache).data}`).length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await gone();
    assert.deepEqual(mountsBelow(cache, readFileSync('/proc/self/mountinfo', 'utf8')), []);
  });

  it('recovers from an engine that was killed itself', async () => {
    const { holder } = await hold(IMAGE);
    const [first] = processesWithArgument(`--data-root=${privatePathsOf(cache).data}`);
    assert.notEqual(first, undefined);
    // The kernel ends all the others with it.
    process.kill(first ?? 0, 'SIGKILL');
    await release(holder);
    const opened = await open();
    assert.equal(opened.type, 'ready', JSON.stringify(opened));
    await opened.engine.close();
    assert.deepEqual(leftovers(), NOTHING);
  });

  const noIp = spawnSync('ip', ['-V']).error === undefined ? false : 'needs iproute2';
  it("leaves someone else's docker0 alone", { skip: noIp }, async () => {
    // In its own network, so that the machine's interfaces are not touched by the test either.
    const script = [
      'ip link add docker0 type bridge',
      'ip address add 172.17.0.1/16 dev docker0',
      'ip link set docker0 up',
      '"$@"',
      'echo; ip -o link show',
    ].join(' && ');
    const { holder, printed } = await hold(undefined, [
      ...['unshare', '--net', 'sh', '-c', script, 'sh'],
    ]);
    assert.equal(printed.type, 'ready', printed.reason);
    let interfaces = '';
    holder.stdout.on('data', (text: Buffer) => (interfaces += text.toString('utf8')));
    await release(holder);
    assert.match(interfaces, /docker0/);
    assert.doesNotMatch(interfaces, new RegExp(privatePathsOf(cache).name));
    assert.deepEqual(leftovers(), NOTHING);
  });

  it('lives in a folder whose path is longer than that of a socket may be', async () => {
    const long = join(cache, 'a'.repeat(100), 'b c');
    mkdirSync(long, { recursive: true });
    const opened = await open(long);
    assert.equal(opened.type, 'ready', JSON.stringify(opened));
    await opened.engine.close();
    assert.deepEqual(leftovers(long), NOTHING);
  });

  it('says why it does not start, in its own words', async () => {
    const broken = join(cache, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'dockerd'), '#!/bin/sh\necho no kernel for me >&2\nexit 3\n', {
      mode: 0o755,
    });
    const env = plainEnvironment();
    const opened = await open(broken, { ...env, PATH: `${broken}:${env['PATH'] ?? ''}` });
    assert.equal(opened.type, 'none');
    assert.match(opened.reason, /no kernel for me/);
    assert.match(opened.reason, /status 3/);
    assert.deepEqual(leftovers(broken), NOTHING);
  });
});
