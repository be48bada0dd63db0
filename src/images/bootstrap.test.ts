/** mmdebstrap with archives on loopback that have one fault each. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  cannotMakeArchive,
  startDebianArchive,
  type DebianArchive,
  type Fault,
} from '../../test/support/debian-archive/debian-archive.ts';
import { onPath } from '../host/debian-packages.ts';
import { stalledProblem } from './archive-problem.ts';
import { startBootstrap, type BootstrapSource } from './bootstrap.ts';

const skip =
  (await cannotMakeArchive()) ||
  (!(await onPath('mmdebstrap', process.env)) && 'needs mmdebstrap') ||
  (process.getuid?.() !== 0 && 'needs root');
const PACKAGES = [{ name: 'tiny', version: '1', essential: true }];
let archive: DebianArchive;

before(async () => {
  if (skip === false) archive = await startDebianArchive();
});
after(async () => {
  if (skip === false) await archive.stop();
});

async function outcomeOf(
  parts: Partial<BootstrapSource> & {
    readonly fault?: Fault;
    readonly address?: string;
    readonly keyring?: string;
  },
  signal = new AbortController().signal,
) {
  const { fault, address = archive.address, keyring = archive.keyring, ...more } = parts;
  const suite = { packages: PACKAGES, ...(fault && { fault }) };
  await archive.put('debian/dists/forky', suite);
  const { archive: tar, outcome } = await startBootstrap(
    {
      type: 'bootstrap',
      release: 'forky',
      archive: {
        type: 'mirror',
        main: `${address}/debian`,
        security: `${address}/debian-security`,
        keyring,
      },
      ...more,
    },
    () => undefined,
    signal,
  );
  tar.resume();
  return outcome;
}

describe('a bootstrap', { skip }, () => {
  const cases: readonly (readonly [string, Fault, string, string])[] = [
    ['that has moved', 'moved', 'unavailable', 'no-suite'],
    ['that lacks a package that it lists', 'vanished', 'unavailable', 'vanished'],
    ['that is between two updates', 'half-updated', 'unavailable', 'mixed'],
    ['that another key has signed', 'wrong-signature', 'failed', 'signature'],
    ['that no key has signed', 'unsigned', 'failed', 'signature'],
    ['that has expired', 'expired', 'failed', 'expired'],
  ];
  for (const [name, fault, type, problem] of cases) {
    it(`from an archive ${name} says so`, async () => {
      const outcome = await outcomeOf({ fault });
      assert.ok(outcome.type === 'failed' || outcome.type === 'unavailable');
      assert.deepEqual([outcome.type, outcome.problem?.type], [type, problem], outcome.reason);
      assert.match(
        outcome.reason,
        /^the mirror http:\/\/127\S+ does not serve forky: .*127\.0\.0\.1/,
      );
    });
  }

  it('from an expired archive continues if that is accepted', async () => {
    const before = archive.requests.length;
    const outcome = await outcomeOf({ fault: 'expired', acceptsExpired: true });
    // A package alone is no system, so that it fails once it has been fetched.
    assert.ok(archive.requests.slice(before).some((path) => path.endsWith('/tiny_1_all.deb')));
    assert.ok(outcome.type === 'failed' && outcome.problem === undefined, JSON.stringify(outcome));
  });

  it('takes no other signature where a date that is past is accepted', async () => {
    const outcome = await outcomeOf({ fault: 'wrong-signature', acceptsExpired: true });
    assert.ok(outcome.type === 'failed' && outcome.problem?.type === 'signature');
  });

  it('from a server that is dead says so', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const outcome = await outcomeOf({ address: `http://127.0.0.1:${port}` });
    assert.ok(outcome.type === 'unavailable' && outcome.problem?.type === 'unreachable');
    // The first is apt's own, the second from version 3 on.
    assert.match(outcome.reason, /Connection refused|Unable to connect/);
  });

  for (const fault of ['slow', 'silent'] as const) {
    it(`from a server that is ${fault} waits for it until it is interrupted`, async () => {
      const hanging = await startDebianArchive();
      await hanging.put('debian/dists/forky', { packages: PACKAGES, fault });
      const limit = new AbortController();
      const outcome = outcomeOf(
        { address: hanging.address, keyring: hanging.keyring },
        limit.signal,
      );
      while (hanging.requests.length === 0) await setTimeout(50);
      // Its progress is printed a moment after the request.
      if (fault === 'slow') await setTimeout(1000);
      limit.abort();
      // apt would wait for as long as its own limits are.
      await hanging.stop();
      const ended = await outcome;
      assert.ok(ended.type === 'cancelled');
      assert.equal(stalledProblem(ended.log)?.type, 'slow', ended.log.join('\n'));
    });
  }
});

describe('a bootstrap on a system without mmdebstrap', () => {
  it('is not available, and says what serves the base instead', async () => {
    const { archive: tar, outcome } = await startBootstrap(
      { type: 'bootstrap', release: 'trixie' },
      () => undefined,
      new AbortController().signal,
      'darwin',
    );
    tar.resume();
    const ended = await outcome;
    assert.ok(ended.type === 'unavailable');
    assert.match(ended.reason, /needs Linux.*from a registry/);
  });
});

describe(
  'an interrupted bootstrap',
  { skip: process.platform !== 'linux' && 'needs Linux' },
  () => {
    let folder = '';
    const path = process.env['PATH'];
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bootstrap-test-'));
      process.env['PATH'] = [folder, path].join(delimiter);
    });
    after(async () => {
      process.env['PATH'] = path;
      await rm(folder, { recursive: true, force: true });
    });

    /** Starts a script in the place of mmdebstrap. */
    async function start(script: string, onLine: (line: string) => void, signal: AbortSignal) {
      await writeFile(join(folder, 'mmdebstrap'), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, 'mmdebstrap'), 0o755);
      const started = await startBootstrap({ type: 'bootstrap', release: 'sid' }, onLine, signal);
      started.archive.resume();
      return started.outcome;
    }

    it('ends at once where the interruption came before it', async () => {
      const finished = join(folder, 'finished');
      const script = `sleep 3 > /dev/null 2>&1; touch ${finished}`;
      const outcome = await start(script, () => undefined, AbortSignal.abort());
      assert.equal(outcome.type, 'cancelled');
      assert.ok(!existsSync(finished));
    });

    it('is cancelled where mmdebstrap has ended, and only its output has not', async () => {
      const controller = new AbortController();
      let interrupted: Promise<void> | undefined;
      const interruptAfter = async (pid: string) => {
        while (existsSync(`/proc/${pid}`)) await setTimeout(10);
        controller.abort();
      };
      const outcome = await start(
        // What runs on keeps the output open.
        'sleep 2 & echo $$ >&2',
        (pid) => {
          interrupted = interruptAfter(pid);
        },
        controller.signal,
      );
      await interrupted;
      assert.equal(outcome.type, 'cancelled');
    });
  },
);
