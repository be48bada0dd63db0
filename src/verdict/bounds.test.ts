import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import fc from 'fast-check';
import { callsForBound, clopperPearson, upperBoundWithoutFailure } from './bounds.ts';

const confidence = fc.double({ min: 0.5, max: 0.9999, noNaN: true });

/** The probability of at most `k` failures in `n` calls, summed term by term: an independent way. */
function atMost(k: number, n: number, p: number): number {
  let [logTerm, sum] = [n * Math.log1p(-p), 0];
  for (let i = 0; i <= k; i += 1) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return sum;
}

describe('the bound of a silence', () => {
  it('is 1 where nothing was exposed: nothing is known', () => {
    assert.equal(upperBoundWithoutFailure(0, 0.99), 1);
  });

  it('is the rate at which the silence has the probability 1 - confidence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), confidence, (exposed, level) => {
        const bound = upperBoundWithoutFailure(exposed, level);
        const silence = Math.exp(exposed * Math.log1p(-bound));
        assert.ok(Math.abs(silence - (1 - level)) < 1e-9, `${silence}`);
      }),
    );
  });

  it('needs the number of calls that the README states for the default rule', () => {
    assert.equal(callsForBound(0.99, 0.001), 4603);
  });

  it('is reached by exactly the number of calls that is asked for, and by no fewer', () => {
    fc.assert(
      fc.property(confidence, fc.double({ min: 1e-5, max: 0.5, noNaN: true }), (level, rate) => {
        const calls = callsForBound(level, rate);
        assert.ok(upperBoundWithoutFailure(calls, level) <= rate);
        assert.ok(upperBoundWithoutFailure(calls - 1, level) > rate);
      }),
    );
  });
});

describe('the exact interval', () => {
  it('is unknown where nothing was exposed', () => {
    assert.equal(clopperPearson(0, 0, 0.99), null);
  });

  it('refuses more failures than calls', () => {
    assert.throws(() => clopperPearson(3, 2, 0.99), RangeError);
  });

  it('has ends at which the observation has the probability of one tail', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 300 })
          .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
        fc.constantFrom(0.9, 0.95, 0.99),
        ([k, n], level) => {
          const rate = clopperPearson(k, n, level);
          assert.ok(rate);
          const tail = (1 - level) / 2;
          assert.ok(rate.low <= rate.value && rate.value <= rate.high);
          if (k < n) assert.ok(Math.abs(atMost(k, n, rate.high) - tail) < 1e-6);
          if (k > 0) assert.ok(Math.abs(1 - atMost(k - 1, n, rate.low) - tail) < 1e-6);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is that of the quantiles of the beta distribution, for any number of calls', () => {
    const near = (actual: number, expected: number, tolerance = 1e-11) => {
      const difference = Math.abs(actual - expected) / expected;
      assert.ok(difference <= tolerance, `${actual} is not ${expected}`);
    };
    const calls = fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 1_000_000_000 }),
    );
    const failures = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    const level = fc.oneof(confidence, fc.constantFrom(0.999999, 1 - 1e-9));
    fc.assert(
      fc.property(calls, failures, fc.nat(3), level, (n, part, more, confident) => {
        const k = Math.min(n, Math.floor(n * part) + more);
        const rate = clopperPearson(k, n, confident);
        assert.ok(rate);
        const tail = (1 - confident) / 2;
        if (k > 0) near(rate.low, betaQuantile(tail, k, n - k + 1));
        // The library's own upper quantile has only eight digits where the rate is small.
        if (k < n)
          near(1 - rate.high, betaQuantile(tail, n - k, k + 1), 1e-11 + 2e-16 / (1 - rate.high));
        if (k < 100 && rate.high < 0.5) near(atMost(k, n, rate.high), tail, 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});
