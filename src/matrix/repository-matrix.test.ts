/** The matrix.yaml of this repository: what `make matrix` runs. */
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseBaseline } from '../comparison/baseline.ts';
import { LAUNCHERS, MUTATIONS } from '../model.ts';
import { renderRefusal } from '../yaml-file/read-text.ts';
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

  it('has in its group registry what only a registry serves, each with its own package manager', async () => {
    const selected = selectCells(await repositoryMatrix(), {
      ...{ group: 'registry', only: [], skip: [] },
    });
    assert.ok(selected.ok);
    const rows = new Map(selected.value.environments.map((row) => [row.base.id, row]));
    const minors = [9, 10, 11, 12, 13, 14, 15].map((minor) => `3.${minor}`);
    const wanted: Readonly<Record<string, readonly string[]>> = {
      'apt-package': [
        ...minors.map((minor) => `python-${minor}-slim`),
        // The first has a glibc before 2.29; the others are supported.
        ...['18.04', '22.04', '24.04', '26.04', '26.10'].map((release) => `ubuntu-${release}`),
      ],
      'apk-package': [
        ...minors.map((minor) => `python-${minor}-alpine`),
        ...['3.22', '3.23', '3.24'].map((release) => `alpine-${release}`),
      ],
      'dnf-package': [
        ...['fedora-43', 'fedora-44', 'almalinux-8', 'almalinux-9', 'almalinux-10'],
        ...['amazonlinux-2', 'amazonlinux-2023'],
      ],
      'zypper-package': ['opensuse-leap-16.0', 'opensuse-tumbleweed'],
      'pacman-package': ['arch'],
    };
    for (const [recipe, bases] of Object.entries(wanted)) {
      for (const base of bases) assert.equal(rows.get(base)?.python.recipe, recipe, base);
    }
    assert.equal(rows.size, Object.values(wanted).flat().length);
    for (const { base } of rows.values()) {
      assert.ok(
        base.sources.every(({ type }) => type === 'pull'),
        base.id,
      );
    }
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
