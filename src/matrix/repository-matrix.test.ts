/** The matrix.yaml of this repository: what `make matrix` runs. */
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseBaseline } from '../comparison/baseline.ts';
import { LAUNCHERS, MUTATIONS } from '../model.ts';
import { renderRefusal } from '../yaml-file/render-diagnostic.ts';
import { expectedVerdict } from './cell-patterns.ts';
import type { Matrix } from './matrix.ts';
import { readMatrixFile } from './read.ts';
import { selectCells } from './select.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

async function repositoryMatrix(): Promise<Matrix> {
  const result = await readMatrixFile(join(REPOSITORY, 'matrix.yaml'));
  assert.ok(result.ok, result.ok ? '' : renderRefusal(result.error));
  return result.value;
}

describe('matrix.yaml', () => {
  it('has sixteen rows in its default group, one for each Python of each release', async () => {
    const selected = selectCells(await repositoryMatrix(), { only: [], skip: [] });
    assert.ok(selected.ok);
    assert.deepEqual(selected.value.environments.map(({ id }) => id).sort(), [
      'debian-11/cpython-2.7',
      'debian-11/cpython-3.9',
      'debian-11/cpython-3.9-musl',
      'debian-11/pypy3',
      'debian-12/cpython-3.11',
      'debian-12/cpython-3.11-musl',
      'debian-12/pypy3',
      'debian-13/cpython-3.13',
      'debian-13/cpython-3.13-musl',
      'debian-13/pypy3',
      'debian-testing/cpython-3.13',
      'debian-testing/cpython-3.13-musl',
      'debian-testing/cpython-3.14',
      'debian-testing/cpython-3.15',
      'debian-testing/pypy3',
      'debian-unstable/cpython-3.14',
    ]);
    assert.deepEqual(selected.value.scenarios.map(({ id }) => id).sort(), [
      'add/os.system',
      'delete/os.system',
      'none/os.system',
      'overwrite/os.system',
    ]);
  });

  it('adds the rows of the group registry to the default group, if a registry answers', async () => {
    const matrix = await repositoryMatrix();
    assert.deepEqual(
      matrix.groups.get('default')?.registryRows,
      matrix.groups.get('registry')?.environments,
    );
    for (const [name, { registryRows }] of matrix.groups) {
      if (name !== 'default') assert.deepEqual(registryRows, [], name);
    }
  });

  it('has every launcher with every mutation in full-scenarios, on the same rows', async () => {
    const matrix = await repositoryMatrix();
    const full = matrix.groups.get('full-scenarios');
    assert.equal(full?.scenarios.length, LAUNCHERS.length * MUTATIONS.length);
    assert.deepEqual(full.environments, matrix.groups.get('default')?.environments);
  });

  /** Checks that a group has just these bases, each with this recipe, and only from a registry. */
  async function assertImages(group: string, wanted: Readonly<Record<string, readonly string[]>>) {
    const selected = selectCells(await repositoryMatrix(), { group, only: [], skip: [] });
    assert.ok(selected.ok);
    const found = new Map<string, Set<string>>();
    for (const { base, python } of selected.value.environments) {
      found.set(python.recipe, (found.get(python.recipe) ?? new Set()).add(base.id));
      assert.ok(
        base.sources.every(({ type }) => type === 'pull'),
        base.id,
      );
    }
    assert.deepEqual(
      Object.fromEntries([...found].map(([recipe, bases]) => [recipe, [...bases].sort()])),
      Object.fromEntries(Object.entries(wanted).map(([recipe, all]) => [recipe, all.toSorted()])),
    );
  }

  it('has in its group registry the supported images, each with its own package manager', async () => {
    const minors = [11, 12, 13, 14, 15].map((minor) => `3.${minor}`);
    await assertImages('registry', {
      'apt-package': [
        ...minors.flatMap((minor) => [`python-${minor}-slim`, `python-${minor}-bookworm`]),
        ...['22.04', '24.04', '26.04'].map((release) => `ubuntu-${release}`),
      ],
      'apk-package': [
        ...minors.map((minor) => `python-${minor}-alpine`),
        ...['3.22', '3.23', '3.24'].map((release) => `alpine-${release}`),
      ],
      'dnf-package': [
        ...['fedora-43', 'fedora-44', 'almalinux-8', 'almalinux-9', 'almalinux-10'],
        'amazonlinux-2023',
      ],
      'zypper-package': ['opensuse-leap-16.0', 'opensuse-tumbleweed'],
      'pacman-package': ['arch'],
    });
  });

  it('has in its group more-images ended and rolling releases, and Pythons that others build', async () => {
    await assertImages('more-images', {
      'apt-package': [
        ...['python-3.9-slim', 'python-3.10-slim', 'debian-sid', 'debian-experimental'],
        // The first has a glibc before 2.29.
        ...['ubuntu-18.04', 'ubuntu-20.04', 'ubuntu-26.10', 'miniforge'],
      ],
      'apk-package': [
        ...['python-3.9-alpine', 'python-3.10-alpine', 'alpine-edge', 'wolfi', 'musllinux-1.2'],
      ],
      'dnf-package': ['amazonlinux-2', 'fedora-rawhide', 'manylinux-2.28'],
      'uv-python': ['uv-debian', 'uv-alpine'],
      pyenv: ['ubuntu-20.04'],
    });
  });

  it('expects a verdict of every cell of the default group, and every control to pass', async () => {
    const matrix = await repositoryMatrix();
    const selected = selectCells(matrix, { only: [], skip: [] });
    assert.ok(selected.ok);
    for (const { environment, scenario } of selected.value.cells) {
      const verdict = expectedVerdict(matrix, environment.id, scenario.id);
      assert.notEqual(verdict, null, `${environment.id} ${scenario.id}`);
      if (scenario.mutation === 'none') assert.equal(verdict, 'pass');
    }
  });

  it('names a baseline that is there, and that says what its own lines expect', async () => {
    const matrix = await repositoryMatrix();
    assert.ok(matrix.baseline);
    const loaded = parseBaseline(await readFile(join(REPOSITORY, matrix.baseline), 'utf8'));
    assert.ok(loaded.ok, JSON.stringify(loaded));
    for (const { id, verdicts } of loaded.value.environments) {
      for (const [scenario, verdict] of Object.entries(verdicts)) {
        const expected = expectedVerdict(matrix, id, scenario, verdict);
        assert.ok(expected === verdict || expected === null, `${id} ${scenario}`);
      }
    }
  });

  it('names recipes that are there', async () => {
    for (const { recipe } of (await repositoryMatrix()).pythons.values()) {
      await access(join(REPOSITORY, 'images', recipe, 'Dockerfile'));
    }
  });
});
