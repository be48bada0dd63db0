/** Which version to measure next, and when the search has its answer. Pure. */
import type { Verdict } from '../model.ts';
import { isConclusive } from '../report/summary.ts';

/** The state of a version: its verdict, or null if it was not measured. */
export type Known = Verdict | null;

export type Step =
  /** Measure the version at this place. */
  | { readonly type: 'measure'; readonly at: number }
  | FoundFlip
  /** The oldest and newest decided versions agree, and no version in between was seen to differ. */
  | { readonly type: 'same'; readonly verdict: 'pass' | 'fail' }
  /** Fewer than two versions could be decided. */
  | { readonly type: 'undecided' };

/** Two are next to each other among the versions that can be decided, and differ. */
interface FoundFlip {
  readonly type: 'found';
  readonly last: number;
  readonly first: number;
  /** Versions between the two that were measured and inconclusive. */
  readonly undecided: readonly number[];
  /** Places at which a verdict differs from that of the decided version before it. */
  readonly flips: readonly number[];
}

/**
 * The next step of a binary search for the first version with another verdict.
 *
 * The oldest and the newest come first; where they differ, the half between the nearest two that
 * differ is split until nothing is left in it. A version that reaches no verdict is passed over as
 * `git bisect skip` does: the nearest one to the middle of the rest is measured instead. With `n`
 * versions that can all be decided, at most `2 + ceil(log2(n - 1))` are measured.
 *
 * That finds one flip. There may be others among unmeasured versions. Observed flips are in
 * `flips`; more than one means that the verdicts are not monotonic.
 *
 * @param known a version each, from old to new
 */
export function nextStep(known: readonly Known[]): Step {
  const oldest = known.findIndex(isOpen);
  const newest = known.findLastIndex(isOpen);
  if (oldest < 0 || oldest === newest) return { type: 'undecided' };
  for (const at of [oldest, newest]) {
    if (known[at] === null) return { type: 'measure', at };
  }
  const { decided, flips } = placesOf(known);
  const first = flips[0];
  if (first === undefined) {
    return { type: 'same', verdict: known[oldest] === 'pass' ? 'pass' : 'fail' };
  }
  const last = decided[decided.indexOf(first) - 1] ?? 0;
  const middle = (last + first) / 2;
  const between = placesBetween(last, first);
  const [at] = between
    .filter((place) => known[place] === null)
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  if (at !== undefined) return { type: 'measure', at };
  return { type: 'found', last, first, undecided: between, flips };
}

/** Places with a verdict of pass or fail, and those of them that differ from the one before. */
export function placesOf(known: readonly Known[]): {
  readonly decided: readonly number[];
  readonly flips: readonly number[];
} {
  const decided = known.flatMap((verdict, at) => (isConclusive(verdict) ? [at] : []));
  const flips = decided.filter(
    (at, index) => index > 0 && known[at] !== known[decided[index - 1] ?? at],
  );
  return { decided, flips };
}

/** The places between two. */
export function placesBetween(last: number, first: number): readonly number[] {
  return Array.from({ length: first - last - 1 }, (_, index) => last + 1 + index);
}

/** Whether a version has a verdict or may still get one. */
function isOpen(verdict: Known): boolean {
  return verdict === null || isConclusive(verdict);
}
