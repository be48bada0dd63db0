import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import {
  findOwnRows,
  ownSystemText,
  parseWanted,
  releaseCaution,
  type OwnSystem,
} from './own-system.ts';

const environments = [
  sampleEnvironment('old', 'glibc 2.31-13', 'CPython 3.9.2'),
  sampleEnvironment('new', 'glibc 2.41-12', 'CPython 3.13.5'),
  sampleEnvironment('newest', 'glibc 2.44-1', 'CPython 3.13.9'),
  sampleEnvironment('pypy', 'glibc 2.41-12', 'PyPy 3.11.11'),
  sampleEnvironment('musl', 'musl 1.2.5-3', 'CPython 3.13.5'),
];

function system(python?: string, libc?: string): OwnSystem {
  const read = (axis: 'python' | 'libc', text?: string) => {
    if (text === undefined) return undefined;
    const wanted = parseWanted(axis, text);
    assert.ok(wanted.ok, text);
    return wanted.value;
  };
  return { python: read('python', python), libc: read('libc', libc) };
}

function answer(python?: string, libc?: string) {
  const rows = findOwnRows(environments, system(python, libc));
  return rows && [rows.type, ...rows.environments.map(({ id }) => id)];
}

describe("a reader's own system", () => {
  it('is answered from the rows that are exactly that', () => {
    assert.deepEqual(answer('3.13', 'musl'), ['exact', 'musl']);
    assert.deepEqual(answer('3.13.7', 'glibc'), ['exact', 'new', 'newest']);
    assert.deepEqual(answer('3.13', 'glibc-2.44'), ['exact', 'newest']);
    assert.deepEqual(answer('pypy'), ['exact', 'pypy']);
  });

  it('is answered from the nearest versions on both sides, named as such', () => {
    assert.deepEqual(answer('3.13', 'glibc-2.43'), ['nearest', 'new', 'newest']);
    assert.deepEqual(answer('3.11', 'glibc-2.31'), ['nearest', 'old', 'new']);
    assert.deepEqual(answer('3.14', 'musl'), ['nearest', 'musl']);
  });

  it('is not answered from another C library or another kind of Python', () => {
    assert.equal(answer('3.13t', 'glibc'), undefined);
    assert.equal(answer('pypy', 'musl'), undefined);
  });

  it('is told which of its releases were measured, unless its own one was', () => {
    const rows = [sampleEnvironment('a', 'glibc 2.36-9', 'CPython 3.11.2')];
    const caution =
      'These rows have 3.11.2; other releases of CPython 3.11 can behave differently.';
    assert.equal(releaseCaution(system('3.11.9'), rows), caution);
    assert.equal(releaseCaution(system('3.11'), rows), caution);
    assert.equal(releaseCaution(system('3.11.2'), rows), '');
    assert.equal(releaseCaution(system(undefined, 'glibc'), rows), '');
  });

  it('is read as people write it', () => {
    assert.equal(ownSystemText(system('3.13t', 'musl')), 'CPython 3.13 free-threaded on musl');
    for (const [axis, text] of [
      ['python', 'musl'],
      ['libc', '2.41'],
      ['libc', 'uclibc'],
      ['python', ''],
    ] as const) {
      assert.equal(parseWanted(axis, text).ok, false, text);
    }
  });
});
