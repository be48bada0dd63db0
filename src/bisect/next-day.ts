/** Which day to measure next, and when a search along date has its answer. Pure. */
import { isConclusive } from '../report/summary.ts';
import { placesBetween, placesOf, type Known, type Step } from './next-step.ts';

/** Days without a verdict after which a stretch of days is given up. */
export const MOST_FRUITLESS = 6;

/**
 * As {@link nextStep}, among hundreds of days. What makes a day impossible to measure, such as a
 * package that did not exist yet, lasts for weeks. Therefore a day without a verdict is followed by
 * one that is far from it, and not by its neighbour: the middle of the longest stretch that is not
 * measured. After {@link MOST_FRUITLESS} days without a verdict in one stretch, the rest of it is
 * not measured.
 *
 * Where both ends of what can be measured agree and the oldest or newest days have no verdict, the
 * search halves until it reaches the first and the last day that do.
 *
 * @param known a day each, from old to new
 */
export function nextDay(known: readonly Known[]): Step {
  const newest = known.length - 1;
  for (const at of [0, newest]) {
    if (known[at] === null) return { type: 'measure', at };
  }
  const { decided, flips } = placesOf(known);
  const [oldestDecided] = decided;
  const newestDecided = decided.at(-1);
  if (oldestDecided === undefined || newestDecided === undefined) {
    const at = middleOfLongestGap(known, 0, newest);
    return at === undefined ? { type: 'undecided' } : { type: 'measure', at };
  }
  const [first] = flips;
  if (first !== undefined) {
    const last = decided[decided.indexOf(first) - 1] ?? 0;
    const at = middleOfLongestGap(known, last, first);
    if (at !== undefined) return { type: 'measure', at };
    return { type: 'found', last, first, undecided: placesBetween(last, first), flips };
  }
  const beforeIt = known.findLastIndex((verdict, at) => at < oldestDecided && verdict !== null);
  const afterIt = known.findIndex((verdict, at) => at > newestDecided && verdict !== null);
  for (const [low, high] of [
    [beforeIt, oldestDecided],
    [newestDecided, afterIt],
  ] as const) {
    if (low >= 0 && high - low > 1) return { type: 'measure', at: Math.floor((low + high) / 2) };
  }
  if (decided.length < 2) return { type: 'undecided' };
  return { type: 'same', verdict: known[oldestDecided] === 'pass' ? 'pass' : 'fail' };
}

/**
 * Undefined if all days between the two are measured, or too many of them without a verdict.
 */
function middleOfLongestGap(
  known: readonly Known[],
  low: number,
  high: number,
): number | undefined {
  const measured = known.flatMap((verdict, at) =>
    at >= low && at <= high && verdict !== null ? [at] : [],
  );
  if (measured.filter((at) => !isConclusive(known[at] ?? null)).length >= MOST_FRUITLESS) {
    return undefined;
  }
  const gaps = measured.slice(1).map((to, index) => ({ from: measured[index] ?? low, to }));
  const [longest] = gaps.sort((a, b) => b.to - b.from - (a.to - a.from));
  return longest && longest.to - longest.from > 1
    ? Math.floor((longest.from + longest.to) / 2)
    : undefined;
}
