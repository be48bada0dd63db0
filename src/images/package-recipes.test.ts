/**
 * The recipes of other package managers: the commands that they run, recorded by stand-in programs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

/** Runs all steps of a recipe, where nothing but these programs exists; each has its lines of shell. */
async function built(
  recipe: string,
  programs: Readonly<Record<string, string>>,
): Promise<{ status: number | null; calls: string }> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  for (const [name, body] of Object.entries({ ...programs, rm: '', ln: '' })) {
    const path = join(bin, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho "${basename(name)} $*" >> ${bin}/calls\n${body}\n`);
    await chmod(path, 0o755);
  }
  const dockerfile = await readFile(join(IMAGES, recipe, 'Dockerfile'), 'utf8');
  let status: number | null = 0;
  for (const [, step = ''] of dockerfile.matchAll(/^RUN ((?:.*\\\n)*.*)$/gm)) {
    const text = step.replaceAll('\\\n', '').replaceAll('/opt/pyenv', join(bin, 'opt/pyenv'));
    const env = { PATH: bin, VERSION: '3.14' };
    ({ status } = spawnSync('/bin/sh', ['-c', text], { env }));
    if (status !== 0) break;
  }
  const calls = await readFile(join(bin, 'calls'), 'utf8');
  return { status, calls: calls.replaceAll(bin, '') };
}

describe('the recipe of a Python that others build', () => {
  const uv = 'case "$2" in find) echo /opt/uv/cpython-3.14-linux/bin/python3.14;; esac';
  const realpath = 'echo /opt/uv/cpython-3.14.1-linux/bin/python3.14';

  it('uv-python installs strace with the package manager that exists, and links the Python', async () => {
    for (const [manager, install] of [
      ['apk', /^apk add --no-cache strace$/m],
      ['apt-get', /^apt-get install .*\bstrace$/m],
    ] as const) {
      const { status, calls } = await built('uv-python', { [manager]: '', uv, realpath });
      assert.equal(status, 0, calls);
      assert.match(calls, install);
      assert.match(calls, /^uv python install --no-cache 3\.14$/m);
      assert.match(calls, /^ln -s \/opt\/uv\/cpython-3\.14\.1-linux \/opt\/python$/m);
    }
  });

  it('uv-python fails where uv does', async () => {
    const { status, calls } = await built('uv-python', { apk: '', uv: 'exit 1', realpath });
    assert.notEqual(status, 0);
    assert.doesNotMatch(calls, /^ln/m);
  });

  it('pyenv builds the Python with pyenv, and links it', async () => {
    const pyenv = 'case "$1" in prefix) echo /opt/pyenv/versions/3.14.1;; esac';
    const programs = { 'apt-get': '', git: '', 'opt/pyenv/bin/pyenv': pyenv };
    const { status, calls } = await built('pyenv', programs);
    assert.equal(status, 0, calls);
    assert.match(calls, /^apt-get install .*\bstrace\b/m);
    assert.match(calls, /^git clone .*\/pyenv\.git \/opt\/pyenv$/m);
    assert.match(calls, /^pyenv install 3\.14$/m);
    assert.match(calls, /^ln -s \/opt\/pyenv\/versions\/3\.14\.1 \/opt\/python$/m);
  });
});
