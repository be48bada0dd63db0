/** A row is added with one entry, in the user's own matrix, as docs/environments.md states. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loaded, mistakes } from '../../test/support/small-matrix.ts';

/** A user's file, with a place for each addition. */
const OWN = (added: { base?: string; python?: string; rows?: string }) => `\
version: 1
bases:
  debian-11: { sources: [{ bootstrap: { debian: bullseye } }] }
${added.base ?? ''}
pythons:
  cpython-3.9: { recipe: debian-package, args: { PACKAGE: python3.9 }, command: python3.9 }
  cpython-3.11-musl:
    recipe: cpython-tree
    build:
      base: debian-11
      recipe: cpython-source
      args: { RELEASE: bookworm, SOURCE: python3.11, LIBC: musl }
    command: /opt/python/bin/python3.11
${added.python ?? ''}
groups:
  default:
    environments:
      include:
        - { base: debian-11, python: [cpython-3.9, cpython-3.11-musl] }
${added.rows ?? ''}
    scenarios: { axes: { mutation: add, launcher: os.system } }
`;

const rowsOf = (text: string) =>
  loaded(text)
    .groups.get('default')
    ?.environments.map(({ id }) => id);

describe("a matrix of one's own", () => {
  it('gets a release, and its musl, by one entry in bases', () => {
    const rows = rowsOf(
      OWN({
        base: '  debian-14: { sources: [{ bootstrap: { debian: forky } }] }',
        rows: '        - { base: debian-14, python: cpython-3.11-musl }',
      }),
    );
    assert.deepEqual(rows?.slice(2), ['debian-14/cpython-3.11-musl']);
  });

  it('gets a Python from source, by one entry that says where it is built and from what', () => {
    const matrix = loaded(
      OWN({
        python: `\
  cpython-3.14-glibc:
    recipe: cpython-tree
    build:
      base: debian-11
      recipe: cpython-source
      args: { RELEASE: testing, SOURCE: python3.14, LIBC: glibc }
    command: /opt/python/bin/python3.14`,
        rows: '        - { base: debian-11, python: cpython-3.14-glibc }',
      }),
    );
    const added = matrix.groups.get('default')?.environments.at(-1);
    assert.equal(added?.id, 'debian-11/cpython-3.14-glibc');
    assert.equal(added.python.build?.base.id, 'debian-11');
    assert.deepEqual(added.python.build.args, {
      RELEASE: 'testing',
      SOURCE: 'python3.14',
      LIBC: 'glibc',
    });
  });

  it('gets rows with other allocators beside those without, whose ids stay', () => {
    const rows = rowsOf(
      OWN({
        rows: '        - { base: debian-11, python: cpython-3.9, malloc: [jemalloc, mimalloc] }',
      }),
    );
    assert.deepEqual(rows, [
      'debian-11/cpython-3.9',
      'debian-11/cpython-3.11-musl',
      'debian-11/cpython-3.9/jemalloc',
      'debian-11/cpython-3.9/mimalloc',
    ]);
  });

  it('hears of a base that a build names and that is not there', () => {
    const text = OWN({}).replace('base: debian-11\n      recipe', 'base: debian-10\n      recipe');
    assert.deepEqual(
      mistakes(text).map((line) => line.replace(/^[0-9:]+ /, '')),
      ['unknown base `debian-10`'],
    );
    const compile = `compileOn: debian-10\n${OWN({})}`;
    assert.match(mistakes(compile).join(), /unknown base `debian-10`/);
  });

  it('hears of an allocator that there is none of, and of an argument that is not its own to give', () => {
    const malloc = OWN({
      rows: '        - { base: debian-11, python: cpython-3.9, malloc: dmalloc }',
    });
    assert.equal(mistakes(malloc).length, 1);
    const argument = OWN({}).replace('LIBC: musl', 'TOOLCHAIN: mine');
    assert.match(mistakes(argument).join(), /given by the program/);
  });
});
