/** Bounds and intervals for a failure rate. Pure functions. */
import type { Rate } from '../report/schema.ts';
import { lowerLogOdds } from './binomial-tail.ts';

/**
 * The upper bound of the failure rate after `exposed` calls without a failure: the largest rate at
 * which such a silence still has the probability `1 - confidence`.
 *
 * Source: solve `(1 - p)^n = 1 - confidence` for p; the one-sided Clopper–Pearson bound at k = 0.
 *
 * @param exposed number of exposed calls, 0 or more
 * @param confidence strictly between 0 and 1
 * @returns a rate in 0…1; 1 if nothing was exposed
 */
export function upperBoundWithoutFailure(exposed: number, confidence: number): number {
  if (exposed <= 0) return 1;
  // expm1 and log1p keep the digits that 1 - (1 - c)^(1/n) loses for a large n.
  return -Math.expm1(Math.log1p(-confidence) / exposed);
}

/**
 * The number of exposed calls without a failure after which the upper bound is at most `maxRate`.
 *
 * @param confidence strictly between 0 and 1
 * @param maxRate strictly between 0 and 1
 * @returns a whole number, 1 or more
 */
export function callsForBound(confidence: number, maxRate: number): number {
  let calls = Math.max(1, Math.ceil(Math.log1p(-confidence) / Math.log1p(-maxRate)));
  // Rounding may leave the quotient one short or one long; the bound itself decides.
  while (upperBoundWithoutFailure(calls, confidence) > maxRate) calls += 1;
  while (calls > 1 && upperBoundWithoutFailure(calls - 1, confidence) <= maxRate) calls -= 1;
  return calls;
}

/**
 * The failure rate with its exact two-sided interval.
 *
 * Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in
 * the case of the binomial", Biometrika 26 (1934). It covers the true rate with at least the stated
 * confidence if calls fail independently; docs/method.md explains the consequences if they do not.
 *
 * A journal's cell is computed again on resume and compared with what was recorded in all digits, so a
 * change in the last digit here makes the cells of older journals be measured from scratch.
 *
 * @param failures 0…exposed
 * @param exposed number of exposed calls, at most 1e9
 * @param confidence at most 1 - 2e-10, and above 0; of the interval as a whole
 * @returns null if nothing was exposed, since then there is no rate
 * @throws RangeError if failures exceed the exposed calls
 */
export function clopperPearson(failures: number, exposed: number, confidence: number): Rate | null {
  if (failures < 0 || failures > exposed) {
    throw new RangeError(`${failures} failures of ${exposed} exposed calls`);
  }
  if (exposed === 0) return null;
  const tail = (1 - confidence) / 2;
  return {
    value: failures / exposed,
    low: failures === 0 ? 0 : rateAt(lowerLogOdds(failures, exposed, tail)),
    high: failures === exposed ? 1 : rateAt(-lowerLogOdds(exposed - failures, exposed, tail)),
  };
}

function rateAt(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
