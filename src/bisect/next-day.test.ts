import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MOST_FRUITLESS, nextDay } from './next-day.ts';
import type { Known } from './next-step.ts';
import { searchHidden } from '../../test/support/search-hidden.ts';

type Truth = Exclude<Known, null>;

const search = (truth: readonly Truth[]) => searchHidden(truth, nextDay);
const days = (count: number, verdict: Truth): readonly Truth[] =>
  Array.from({ length: count }, () => verdict);
const length = fc.integer({ min: 1, max: 400 });

describe('a search among days', () => {
  it('finds the two neighbours with different verdicts in as few days as a binary search', () => {
    fc.assert(
      fc.property(length, length, (before, after) => {
        const { end, asked } = search([...days(before, 'fail'), ...days(after, 'pass')]);
        assert.ok(end.type === 'found');
        assert.deepEqual([end.last, end.first], [before - 1, before]);
        assert.ok(asked.length <= 2 + Math.ceil(Math.log2(before + after - 1)));
      }),
    );
  });

  it('reaches the days that have a verdict where a package did not exist before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (without, before, after) => {
          const truth = [
            ...days(without, 'error'),
            ...days(before, 'fail'),
            ...days(after, 'pass'),
          ];
          const { end, asked } = search(truth);
          assert.ok(end.type === 'found', JSON.stringify(end));
          assert.deepEqual([end.last, end.first], [without + before - 1, without + before]);
          assert.ok(asked.length <= 2 + 2 * Math.ceil(Math.log2(truth.length)));
        },
      ),
    );
  });

  it('passes over a day that cannot be measured', () => {
    const truth = [...days(100, 'fail'), 'skipped' as const, ...days(99, 'pass')];
    const { end } = search(truth);
    assert.deepEqual(end, { type: 'found', last: 99, first: 101, undecided: [100], flips: [101] });
  });

  it('gives up an archive that serves none', () => {
    const { end, asked } = search(days(366, 'skipped'));
    assert.deepEqual(end, { type: 'undecided' });
    assert.equal(asked.length, MOST_FRUITLESS);
  });

  it('gives up a long stretch without verdicts, and names all of it', () => {
    const { end, asked } = search([
      ...days(100, 'fail'),
      ...days(100, 'error'),
      ...days(100, 'pass'),
    ]);
    assert.ok(end.type === 'found');
    assert.ok(end.last < 100 && end.first >= 200);
    assert.equal(end.undecided.length, end.first - end.last - 1);
    assert.ok(asked.length <= 2 + 2 * 9 + MOST_FRUITLESS);
  });

  it('always ends, and two days that it names differ', () => {
    const any = fc.constantFrom<Truth>('pass', 'fail', 'error', 'skipped', 'inconclusive');
    fc.assert(
      fc.property(fc.array(any, { minLength: 2, maxLength: 60 }), (truth) => {
        const { end } = search(truth);
        if (end.type !== 'found') return;
        assert.deepEqual(
          new Set([truth[end.last], truth[end.first]]),
          new Set<Truth>(['pass', 'fail']),
        );
        assert.ok(end.last < end.first);
      }),
    );
  });
});
