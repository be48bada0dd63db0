import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { ExclusiveSystem } from './exclusive-open.ts';
import { takeLock } from './file-lock.ts';

const skip = spawnSync('flock', ['--version']).error === undefined ? false : 'needs flock';

describe("the lock on an engine's data", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  const path = join(folder, 'lock');
  after(() => rm(folder, { recursive: true, force: true }));

  it('is held by one at a time, who is named, until it is released', async () => {
    const first = await takeLock(path);
    assert.equal(first.type, 'taken');
    assert.deepEqual(await takeLock(path), { type: 'held', by: `process ${process.pid}` });
    await first.release();
    await first.release();
    const second = await takeLock(path);
    assert.equal(second.type, 'taken');
    await second.release();
  });

  it('is taken by exactly one of many that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => takeLock(path)));
    const taken = asked.filter((lock) => lock.type === 'taken');
    assert.equal(taken.length, 1);
    for (const lock of taken) await lock.release();
  });

  it('does not mind what a dead run has left in the file', async () => {
    for (const rest of ['1\n', '', 'not a number', '99999999999\n']) {
      writeFileSync(path, rest);
      const lock = await takeLock(path);
      assert.equal(lock.type, 'taken', rest);
      await lock.release();
    }
  });

  it('says why it cannot be taken at all', async () => {
    const lock = await takeLock(join(folder, 'missing', 'lock'));
    assert.equal(lock.type, 'impossible');
    assert.match(lock.reason, /missing/);
  });

  it('names the package of the program that it lacks', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const lock = await takeLock(join(folder, 'unlocked'));
      assert.equal(lock.type, 'impossible');
      assert.match(lock.reason, /flock \(of util-linux\) cannot be run/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('the lock on a system without flock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [platform, code, flag] of [
    ['darwin', 'EAGAIN', 0x20],
    ['win32', 'EBUSY', 0x10000000],
  ] as const) {
    /** Opens a path once at a time, as the system does with this flag. */
    const system = (): ExclusiveSystem & { readonly flags: number[] } => {
      const open = new Map<number, string>();
      const flags: number[] = [];
      return {
        platform,
        flags,
        open: (path, wanted) => {
          flags.push(wanted);
          if ([...open.values()].includes(path)) throw Object.assign(new Error(code), { code });
          open.set(flags.length, path);
          return flags.length;
        },
        close: (file) => {
          assert.ok(open.delete(file), 'it is closed twice');
        },
      };
    };

    it(`is held by one at a time on ${platform}, who is named, until it is released`, async () => {
      const path = join(folder, platform);
      const shared = system();
      const first = await takeLock(path, 'run 7', shared);
      assert.equal(first.type, 'taken');
      const by = `process ${process.pid} (run 7)`;
      assert.deepEqual(await takeLock(path, '', shared), { type: 'held', by });
      await first.release();
      await first.release();
      const second = await takeLock(path, '', shared);
      assert.equal(second.type, 'taken');
      await second.release();
      assert.ok(shared.flags.every((flags) => (flags & flag) !== 0));
    });
  }
});
