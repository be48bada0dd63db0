import assert from 'node:assert/strict';
import { mkdtemp, readFile, readlink, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lockResults, newRunId, pointLatest } from './run-folder.ts';

let results = '';
before(async () => {
  results = await mkdtemp(join(tmpdir(), 'results-'));
});
after(() => rm(results, { recursive: true }));

describe('the results folder', () => {
  it('names runs so that they sort by time', () => {
    const earlier = newRunId(new Date('2026-11-24T02:15:30Z'), 0.999);
    const later = newRunId(new Date('2026-11-24T02:15:31Z'), 0);
    assert.equal(earlier, '20261124-021530-ffbe');
    assert.ok(earlier < later);
  });

  it('lets a second run know who holds it, until the first is done', async () => {
    const first = await lockResults(results, 'one');
    assert.ok(first.type === 'locked');
    const second = await lockResults(results, 'two');
    assert.ok(second.type === 'held');
    assert.equal(second.by, `process ${process.pid} (run one)`);
    await first.release();
    const third = await lockResults(results, 'three');
    assert.ok(third.type === 'locked');
    await third.release();
  });

  it('takes over the lock of a process that is gone, and of one whose id is another program now', async () => {
    for (const stale of ['999999999 1 dead', `${process.pid} 1 reborn`, '', 'torn']) {
      await writeFile(join(results, 'run.lock'), stale);
      const lock = await lockResults(results, 'mine');
      assert.ok(lock.type === 'locked', stale);
      await lock.release();
    }
  });

  it('is used with a warning where it cannot be locked', async () => {
    const lock = await lockResults(results, 'one', {
      platform: 'darwin',
      open: () => {
        throw Object.assign(new Error('ENOTSUP: operation not supported'), { code: 'ENOTSUP' });
      },
      close: () => undefined,
    });
    assert.ok(lock.type === 'locked');
    assert.match(lock.warning ?? '', /run\.lock cannot be taken: ENOTSUP.* Start no other run in/);
  });

  it('points latest at the newest run on Windows as well, by an absolute path', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'results-'));
    for (const id of ['one', 'two']) {
      await mkdir(join(elsewhere, 'runs', id), { recursive: true });
      await writeFile(join(elsewhere, 'runs', id, 'report.json'), id);
      await pointLatest(elsewhere, id, 'win32');
      assert.equal(await readFile(join(elsewhere, 'latest/report.json'), 'utf8'), id);
    }
    await rm(elsewhere, { recursive: true });
  });

  it('points latest at the newest run', async () => {
    for (const id of ['one', 'two']) {
      await mkdir(join(results, 'runs', id), { recursive: true });
      await pointLatest(results, id);
      assert.equal(await readlink(join(results, 'latest')), join('runs', id));
    }
  });
});
