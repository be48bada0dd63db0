/**
 * The recipes of other package managers: the commands that they run, recorded by stand-in programs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const IMAGES = join(import.meta.dirname, '..', '..', 'images');
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipes-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a recipe's only step where just these package managers exist; `failing` ends with 1. */
async function asked(
  recipe: string,
  managers: readonly string[],
  pythonPackage: string,
  failing?: string,
): Promise<{ status: number | null; calls: string }> {
  const dockerfile = await readFile(join(IMAGES, recipe, 'Dockerfile'), 'utf8');
  assert.match(dockerfile, /^ARG BASE\nFROM \$\{BASE\}$/m);
  const [, step = ''] = /^RUN ((?:.*\\\n)*.*)$/m.exec(dockerfile) ?? [];
  const bin = await mkdtemp(join(folder, 'bin-'));
  for (const manager of [...managers, 'rm']) {
    const body = `echo "${manager} $*" >> ${bin}/calls\ncase "$*" in ${failing ?? 'nothing'}) exit 1;; esac\n`;
    await writeFile(join(bin, manager), `#!/bin/sh\n${body}`);
    await chmod(join(bin, manager), 0o755);
  }
  const env = { PATH: bin, PACKAGE: pythonPackage };
  const { status } = spawnSync('/bin/sh', ['-c', step.replaceAll('\\\n', '')], { env });
  return { status, calls: await readFile(join(bin, 'calls'), 'utf8') };
}

const RECIPES: readonly [string, string, RegExp, string][] = [
  ['apt-package', 'apt-get', /^apt-get install .*\bstrace python3$/m, 'install*'],
  ['apk-package', 'apk', /^apk add --no-cache strace python3$/m, 'add*'],
  ['dnf-package', 'dnf', /^dnf install -y strace python3$/m, 'install*'],
  ['dnf-package', 'yum', /^yum install -y strace python3$/m, 'install*'],
  ['zypper-package', 'zypper', /^zypper .*install .*\bstrace python3$/m, '*install*'],
  ['pacman-package', 'pacman', /^pacman -Syu .*\bstrace python3$/m, '-Syu*'],
];

describe('the recipe of a package manager', () => {
  for (const [recipe, manager, expected, install] of RECIPES) {
    it(`${recipe} has ${manager} install strace and the Python`, async () => {
      const { status, calls } = await asked(recipe, [manager], 'python3');
      assert.equal(status, 0, calls);
      assert.match(calls, expected);
    });

    it(`${recipe} fails where ${manager} does, and not only where its last step does`, async () => {
      assert.notEqual((await asked(recipe, [manager], 'python3', install)).status, 0);
    });
  }

  it('takes strace alone where the image has its Python', async () => {
    assert.match((await asked('apt-package', ['apt-get'], '')).calls, /strace *$/m);
    assert.match((await asked('apk-package', ['apk'], '')).calls, /strace *$/m);
  });
});
