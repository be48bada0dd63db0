import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareEnvironments, orderEnvironments } from './order.ts';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import { compareDebianVersions, comparePythonVersions } from '../text/version-order.ts';

/** Asserts that each version is older than each one after it. */
function assertAscending(compare: (a: string, b: string) => number, versions: readonly string[]) {
  versions.forEach((older, place) => {
    for (const newer of versions.slice(place + 1)) {
      assert.ok(compare(older, newer) < 0, `${older} < ${newer}`);
      assert.ok(compare(newer, older) > 0, `${newer} > ${older}`);
    }
  });
}

describe('the order of Debian versions', () => {
  it('is that of the archive', () => {
    assertAscending(compareDebianVersions, [
      '2.9-1',
      '2.31-0experimental0',
      '2.31-13+deb11u9',
      '2.31-13+deb11u11',
      '2.36-9',
      '2.36-9+deb12u10',
      '2.41~rc1-1',
      '2.41-6',
      '2.41-12~deb12u1',
      '2.41-12',
      '2.41-12+b1',
      '1:2.0-1',
    ]);
  });

  it('follows the examples of the policy manual', () => {
    assertAscending(compareDebianVersions, ['~~', '~~a', '~', '', 'a']);
  });

  it('holds spellings of the same number equal', () => {
    assert.equal(compareDebianVersions('1.02-0', '1.2'), 0);
    assert.equal(compareDebianVersions('0:1.2', '1.2'), 0);
  });

  it('counts in numbers of any length', () => {
    assertAscending(compareDebianVersions, ['1.99999999999999999998', '1.99999999999999999999']);
  });

  it('is an order: reversed by swapping, and transitive', () => {
    const version = fc.string({
      unit: fc.constantFrom(...Array.from('0129aBz.+~-:')),
      maxLength: 8,
    });
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [
          compareDebianVersions(a, b),
          compareDebianVersions(b, c),
          compareDebianVersions(a, c),
        ];
        assert.equal(Math.sign(ab), -Math.sign(compareDebianVersions(b, a)) || 0);
        if (ab <= 0 && bc <= 0) assert.ok(ac <= 0);
        if (ab === 0 && bc === 0) assert.equal(ac, 0);
      }),
    );
  });
});

describe('the order of Python versions', () => {
  it('puts previews before their release and local builds after it', () => {
    assertAscending(comparePythonVersions, [
      '2.7.18',
      '3.9.2',
      '3.11.2',
      '3.13.5',
      '3.13.5+',
      '3.15.0a2',
      '3.15.0a10',
      '3.15.0b1',
      '3.15.0rc1',
      '3.15.0',
    ]);
  });
});

describe('the order of rows', () => {
  it('is glibc before musl, old before new, CPython before PyPy, and what is unknown last', () => {
    const expected = [
      sampleEnvironment('z/old', 'glibc 2.4-1', 'CPython 3.13.0'),
      sampleEnvironment('a/pypy3', 'glibc 2.31-13+deb11u13', 'CPython 2.7.18'),
      sampleEnvironment('b', 'glibc 2.31-13+deb11u13', 'CPython 3.9.2'),
      sampleEnvironment('c', 'glibc 2.31-13+deb11u13', 'PyPy 3.6.12'),
      sampleEnvironment('b2', 'glibc 2.31-13+deb11u14', 'CPython 2.7.18'),
      sampleEnvironment('b3', 'glibc 2.41-1', 'CPython 3.9.2'),
      sampleEnvironment('b3-t', 'glibc 2.41-1', 'CPython 3.9.2'),
      sampleEnvironment('a-musl', 'musl 1.2.2-1', 'CPython 3.9.2'),
      { id: 'broken/one' },
      { id: 'broken/two' },
    ];
    assert.deepEqual(orderEnvironments([...expected].reverse()), expected);
  });

  it('does not change the list that it is given', () => {
    const list = [{ id: 'b' }, { id: 'a' }];
    assert.deepEqual(
      orderEnvironments(list).map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(list[0]?.id, 'b');
  });

  it('has a place for environments of which only some facts are known', () => {
    const whole = sampleEnvironment('whole', 'glibc 2.41-1', 'CPython 3.9.2');
    const noPython = { id: 'no-python', ...(whole.libc ? { libc: whole.libc } : {}) };
    assert.ok(compareEnvironments(whole, noPython) < 0);
    assert.ok(compareEnvironments(noPython, { id: 'a' }) < 0);
  });
});
