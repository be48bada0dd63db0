/** `matrix clean` as it is called, over an engine with what runs have left. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startFakeEngine, type FakeEngine } from '../../test/support/fake-engine/fake-engine.ts';
import { processName, ownProcess, ownViewpoint } from '../host/process-identity.ts';
import { LABELS } from '../images/naming.ts';
import { runProgram } from '../../test/support/program.ts';

const DEAD = processName({ ...ownViewpoint(), pid: 1, start: '123456789' });
let folder = '';
let fake: FakeEngine;

const clean = (...args: readonly string[]) =>
  runProgram(folder, ['clean', ...args], {
    ...{ DOCKER_HOST: fake.address, XDG_CACHE_HOME: folder, TMPDIR: folder },
  });

describe('matrix clean', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clean-'));
    await mkdir(join(folder, 'race-matrix-bootstrap-dead'));
    await writeFile(join(folder, 'race-matrix-bootstrap-dead/owner'), `${DEAD}\n`);
    fake = await startFakeEngine();
    fake.images.add('there:1', { [LABELS.ours]: 'image' });
    for (const [index, process] of [DEAD, DEAD, ownProcess()].entries()) {
      const labels = { [LABELS.ours]: 'container', [LABELS.process]: process };
      fake.containers.add(`container-${index}`, { Image: 'there:1', Labels: labels });
    }
    for (const [tag, process] of [
      ['unfinished:dead', DEAD],
      ['unfinished:live', ownProcess()],
    ] as const) {
      fake.images.add(tag, { [LABELS.ours]: 'unfinished', [LABELS.process]: process });
    }
  });
  after(async () => {
    await fake.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says what dead runs have left, with the space of each, and removes nothing unasked', async () => {
    const { status, stdout, stderr } = await clean();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /race-matrix-bootstrap-dead of a dead run: \d+ MiB$/m);
    assert.match(stdout, /^2 containers of dead runs: 10 MiB$/m);
    assert.match(stdout, /^1 unfinished image of dead runs: at most \d+ MiB$/m);
    assert.match(stdout, /^Nothing was removed: .*--yes/m);
    assert.equal(fake.containers.all.size, 3);
    assert.ok(fake.images.has('unfinished:dead'));
  });

  it('removes that, and nothing of a live run and no image that is whole', async () => {
    const { status, stdout, stderr } = await clean('--yes');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Removed\.$/m);
    assert.equal(fake.containers.all.size, 1);
    assert.ok(!fake.images.has('unfinished:dead'));
    assert.ok(fake.images.has('unfinished:live') && fake.images.has('there:1'));
    assert.match((await clean()).stdout, /^Nothing to remove\.$/m);
  });

  it('leaves the images alone, even where all is to go, while a run may need them', async () => {
    const { status, stdout, stderr } = await clean('--all', '--yes');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\(Kept 1 image, because a run is using this engine\.\)$/m);
    assert.ok(fake.images.has('there:1') && fake.images.has('unfinished:live'));
  });

  it('removes the images as well, where all is to go and no one is there', async () => {
    fake.images.all.delete('unfinished:live');
    fake.containers.all.clear();
    const printed = await clean('--all');
    assert.match(printed.stdout, /^1 image: at most \d+ MiB/m);
    assert.ok(fake.images.has('there:1'));
    const { status, stderr } = await clean('--all', '--yes');
    assert.equal(status, 0, stderr);
    assert.ok(!fake.images.has('there:1'));
  });
});
