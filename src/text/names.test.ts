import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { didYouMean, listed, nearMisses, quoted } from './names.ts';

const BASES = ['debian-11', 'debian-12', 'debian-testing'];

describe('quoted', () => {
  it('shows control characters instead of sending them to the terminal', () => {
    assert.equal(quoted('a\u001b[31m\nb'), '`a␛[31m ⏎ b`');
  });

  it('keeps a message short whatever is quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        assert.ok(quoted(text).length <= 62);
      }),
    );
  });
});

describe('listed', () => {
  it('counts what is too much to show', () => {
    const names = Array.from({ length: 14 }, (_, index) => `n${index}`);
    assert.match(listed(names), /^n0, n1, .*, n11 and 2 more$/);
  });
});

describe('nearMisses', () => {
  it('finds swapped and missing letters, the nearest first', () => {
    assert.deepEqual(nearMisses('debain-12', BASES), ['debian-12', 'debian-11']);
    assert.deepEqual(nearMisses('debian-testin', BASES, 1), ['debian-testing']);
  });

  it('finds nothing for something else altogether', () => {
    assert.deepEqual(nearMisses('fedora', BASES), []);
  });

  it('does not take every short name for every other one', () => {
    assert.deepEqual(nearMisses('xy', ['ab', 'a']), []);
  });

  it('does not spend its time on a text that is no name', () => {
    assert.deepEqual(nearMisses('x'.repeat(1_000_000), BASES), []);
  });
});

describe('didYouMean', () => {
  it('names the nearest, and all that there is', () => {
    assert.equal(
      didYouMean('debain-12', BASES, 'bases'),
      'Did you mean `debian-12`? bases: debian-11, debian-12, debian-testing',
    );
  });

  it('says so where there is nothing to name', () => {
    assert.equal(didYouMean('x', [], 'bases'), 'there are no bases');
  });
});
