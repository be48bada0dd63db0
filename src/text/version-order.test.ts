import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareDebianVersions, comparePythonVersions, isNextVersion } from './version-order.ts';

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

describe('neighbouring versions', () => {
  it('are those between which there is no room', () => {
    assert.ok(isNextVersion('2.43', '2.44'));
    assert.ok(isNextVersion('1.2.2', '1.2.3'));
    for (const [a, b] of [
      ['2.36', '2.41'],
      ['2.7', '3.8'],
      ['1.1.24', '1.2.0'],
      ['2.44', '2.43'],
      ['2.4', '2.4.1'],
    ] as const) {
      assert.ok(!isNextVersion(a, b), `${a} ${b}`);
    }
  });
});
