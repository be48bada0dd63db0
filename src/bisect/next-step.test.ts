import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextStep, type Known } from './next-step.ts';
import { searchHidden } from '../../test/support/search-hidden.ts';

const search = (truth: readonly Exclude<Known, null>[]) => searchHidden(truth, nextStep);

const decided = fc.constantFrom('pass' as const, 'fail' as const);
const any = fc.constantFrom(
  'pass' as const,
  'fail' as const,
  'error' as const,
  'skipped' as const,
  'inconclusive' as const,
);

describe('a bisection', () => {
  it('finds where one verdict becomes the other, with as few cells as a binary search', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        decided,
        (below, above, verdict) => {
          const other = verdict === 'pass' ? 'fail' : 'pass';
          const truth = [
            ...Array.from({ length: below }, () => verdict),
            ...Array.from({ length: above }, () => other),
          ];
          const { end, asked } = search(truth);
          assert.ok(end.type === 'found');
          assert.deepEqual([end.last, end.first], [below - 1, below]);
          assert.deepEqual(end.flips, [below]);
          assert.ok(asked.length <= 2 + Math.ceil(Math.log2(truth.length - 1)));
        },
      ),
    );
  });

  it('asks two versions only where both ends say the same', () => {
    fc.assert(
      fc.property(fc.array(decided, { minLength: 2, maxLength: 60 }), (truth) => {
        fc.pre(truth[0] === truth.at(-1));
        const { end, asked } = search(truth);
        assert.deepEqual(end, { type: 'same', verdict: truth[0] });
        assert.equal(asked.length, 2);
      }),
    );
  });

  it('names two versions that differ, with none between them that can be decided', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (truth) => {
        const { end } = search(truth);
        const verdicts = truth.filter((verdict) => verdict === 'pass' || verdict === 'fail');
        if (verdicts.length < 2) {
          assert.equal(end.type, 'undecided');
        } else if (verdicts[0] === verdicts.at(-1)) {
          assert.equal(end.type, 'same');
        } else {
          assert.ok(end.type === 'found');
          const pair = new Set([truth[end.last], truth[end.first]]);
          assert.deepEqual(pair, new Set(['pass', 'fail']));
          assert.ok(end.last < end.first);
          for (const at of end.undecided) assert.ok(truth[at] !== 'pass' && truth[at] !== 'fail');
          assert.equal(end.undecided.length, end.first - end.last - 1);
        }
      }),
    );
  });

  it('tells of verdicts that change more than once, where all of them are known', () => {
    const end = nextStep(['fail', 'pass', 'fail', 'pass']);
    assert.ok(end.type === 'found');
    assert.deepEqual(end.flips, [1, 2, 3]);
  });
});
