import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { processName, ownViewpoint } from './process-identity.ts';
import {
  deadTemporaryFolders,
  makeTemporaryFolder,
  noteWorker,
  removeDeadFolder,
  removeTemporaryFolder,
} from './temporary-folder.ts';

const linux = process.platform === 'linux' ? false : 'needs /proc';

describe('temporary folders', { skip: linux }, () => {
  const before_ = process.env['TMPDIR'];
  let scratch = '';
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'temporary-'));
    process.env['TMPDIR'] = scratch;
  });
  after(async () => {
    if (before_ === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before_;
    await rm(scratch, { recursive: true });
  });

  const dead = `${processName({ ...ownViewpoint(), pid: 1, start: '123456789' })}\n`;

  it('of a live process, and what says nothing of a process, are let be', async () => {
    const mine = await makeTemporaryFolder('test');
    const strange = await mkdtemp(join(scratch, 'race-matrix-strange-'));
    const elsewhere = await mkdtemp(join(scratch, 'other-'));
    await writeFile(join(elsewhere, 'owner'), dead);
    await symlink(elsewhere, join(scratch, 'race-matrix-link'));
    assert.deepEqual(await deadTemporaryFolders(), []);
    await removeTemporaryFolder(mine);
    assert.ok(!existsSync(mine));
    assert.ok(existsSync(strange));
  });

  it('of a dead one are found, and go with the program that still works there', async () => {
    const folder = await makeTemporaryFolder('test');
    const worker = spawn('sleep', ['100'], { detached: true });
    await once(worker, 'spawn');
    await noteWorker(folder, worker.pid ?? 0);
    await writeFile(join(folder, 'owner'), dead);
    await writeFile(join(folder, 'much'), Buffer.alloc(100_000));
    const [found, ...more] = await deadTemporaryFolders();
    assert.deepEqual([found?.path, more], [folder, []]);
    assert.ok((found?.bytes ?? 0) >= 100_000);
    const ended = once(worker, 'exit');
    if (found) await removeDeadFolder(found);
    await ended;
    assert.ok(!existsSync(folder));
  });
});
