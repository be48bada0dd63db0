/** The same rows on several platforms. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadMatrix } from './load.ts';
import { selectCells } from './select.ts';
import type { Platform } from '../platform.ts';

const TEXT = (environments: string) => `\
version: 1
bases:
  debian-11:
    sources: [{ bootstrap: { debian: bullseye } }]
    platforms: [linux/amd64, linux/386]
  debian-12:
    sources: [{ bootstrap: { debian: bookworm } }]
    platforms: [linux/amd64, linux/386, linux/arm64]
  debian-13: { sources: [{ bootstrap: { debian: trixie } }] }
pythons:
  cpython-3.11: { recipe: debian-package, args: { PACKAGE: python3.11 }, command: python3.11 }
  cpython-3.11-musl:
    recipe: cpython-tree
    build: { base: debian-11, recipe: cpython-source, args: { LIBC: musl } }
    command: /opt/python/bin/python3.11
groups:
  default:
    environments: ${environments}
    scenarios: { axes: { mutation: [none, add], launcher: os.system } }
`;
const TWINS = `{ axes: { base: debian-12, python: [cpython-3.11, cpython-3.11-musl], platform: [linux/amd64, linux/386] } }`;

function loaded(environments: string, home: Platform = 'linux/amd64') {
  const result = loadMatrix(TEXT(environments), 'matrix.yaml', home);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const rows = (environments: string, home?: Platform) =>
  loaded(environments, home).groups.get('default')?.environments ?? [];
const ids = (environments: string, home?: Platform) => rows(environments, home).map(({ id }) => id);

function mistakes(environments: string) {
  const result = loadMatrix(TEXT(environments), 'matrix.yaml', 'linux/amd64');
  return result.ok ? [] : result.error.map(({ message, hint }) => `${message}; ${hint ?? ''}`);
}

describe('rows of several platforms', () => {
  it("carry the platform in their ids where it is not the host's own", () => {
    assert.deepEqual(ids(TWINS), [
      'debian-12/cpython-3.11',
      'debian-12@linux-386/cpython-3.11',
      'debian-12/cpython-3.11-musl',
      'debian-12@linux-386/cpython-3.11-musl',
    ]);
    assert.equal(ids(TWINS, 'linux/arm64')[0], 'debian-12@linux-amd64/cpython-3.11');
  });

  it('are built on bases of their platform, under names of their own', () => {
    const [own, other, , musl] = rows(TWINS);
    assert.equal(own?.base.platform, undefined);
    assert.equal(own?.base.id, 'debian-12');
    assert.equal(other?.base.platform, 'linux/386');
    assert.equal(other.base.id, 'debian-12@linux-386');
    assert.equal(musl?.python.build?.base.id, 'debian-11@linux-386');
  });

  it("are of the engine's own platform where none is asked for", () => {
    for (const home of ['linux/amd64', 'linux/arm64'] as const) {
      assert.deepEqual(ids('{ include: [{ base: debian-13, python: cpython-3.11 }] }', home), [
        'debian-13/cpython-3.11',
      ]);
    }
  });

  it('are excluded by platform', () => {
    const excluded = TWINS.replace(
      / }$/,
      ", exclude: [{ platform: linux/386, python: '*-musl', reason: x }] }",
    );
    assert.equal(ids(excluded).length, 3);
    assert.deepEqual(loaded(excluded).groups.get('default')?.excluded, [
      { kind: 'environment', id: 'debian-12@linux-386/cpython-3.11-musl', reason: 'x' },
    ]);
  });

  it('are a mistake where the base does not name the platform, be it the one of a build', () => {
    assert.deepEqual(
      mistakes('{ include: [{ base: debian-13, python: cpython-3.11, platform: linux/386 }] }'),
      [
        'the base `debian-13` does not name the platform `linux/386`; Give the base `platforms: [linux/386]`.',
      ],
    );
    assert.deepEqual(
      mistakes(
        '{ include: [{ base: debian-12, python: cpython-3.11-musl, platform: linux/arm64 }] }',
      ),
      [
        'the base `debian-11` does not name the platform `linux/arm64`; It names linux/amd64, linux/386.',
      ],
    );
  });

  it('are chosen by the name of the base or of the platform, or by the whole id', () => {
    const chosen = (only: string, skip: string[] = []) => {
      const selection = selectCells(loaded(TWINS), { only: [only], skip });
      assert.ok(selection.ok, JSON.stringify(selection));
      return selection.value.environments.map(({ id }) => id);
    };
    assert.equal(chosen('debian-12').length, 4);
    assert.equal(chosen('linux-386').length, 2);
    assert.equal(chosen('*@linux-386').length, 2);
    assert.deepEqual(chosen('debian-12/cpython-3.11'), ['debian-12/cpython-3.11']);
    assert.deepEqual(chosen('debian-12@*/cpython-3.11'), ['debian-12@linux-386/cpython-3.11']);
    assert.deepEqual(chosen('cpython-3.11', ['linux-*']), ['debian-12/cpython-3.11']);
  });
});
