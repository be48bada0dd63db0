/** Recipes of a project that someone else wrote, as a run meets them. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startFakeEngine, type FakeEngine } from '../../test/support/fake-engine/fake-engine.ts';
import { runProgram } from '../../test/support/program.ts';

const MATRIX = `\
version: 1
bases:
  ubuntu-24.04: { sources: [{ pull: 'ubuntu:24.04' }] }
pythons:
  theirs: { recipe: theirs, command: python3 }
groups:
  default:
    environments: { axes: { base: ubuntu-24.04, python: theirs } }
    scenarios: { axes: { mutation: add, launcher: os.system } }
`;
const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));
let folder = '';
let project = '';
let fake: FakeEngine;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipes-'));
  project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'matrix.yaml'), MATRIX);
  await cp(REPRODUCTION, join(project, 'reproduction'), { recursive: true });
  for (const recipe of ['theirs', 'overlay']) {
    await mkdir(join(folder, 'elsewhere', recipe), { recursive: true });
    await writeFile(join(folder, 'elsewhere', recipe, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\n');
  }
  fake = await startFakeEngine();
  fake.images.pulls = true;
});
after(async () => {
  await fake.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => rm(join(project, 'images'), { recursive: true, force: true }));

const run = () =>
  runProgram(project, ['run'], { DOCKER_HOST: fake.address, XDG_CACHE_HOME: folder });

describe('a recipe that is a link', () => {
  it('out of its folder makes an error of its row, and is not read', async () => {
    await mkdir(join(project, 'images'));
    await symlink(join(folder, 'elsewhere/theirs'), join(project, 'images/theirs'));
    const { status, stdout } = await run();
    assert.equal(status, 3);
    assert.match(stdout.replaceAll(/\s+/g, ' '), /error, 2 cells: The recipe theirs: .* is a link/);
  });

  it('is one as well where all recipes are behind it, and no bug of the program', async () => {
    await symlink(join(folder, 'elsewhere'), join(project, 'images'));
    const { status, stderr } = await run();
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^the recipe overlay: \S+\/images is a link that leads out of \S+$/m);
    assert.doesNotMatch(stderr, /bug|^ +at /m);
  });
});
