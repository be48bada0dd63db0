/** Failure rates that differ by a fact, where all rows fail. Pure. */
import { simplestRules, type Rule } from './rule-search.ts';
import { ruleText } from './rule-text.ts';
import type { RatedPoint } from './scenario-analysis.ts';

/** Rates that differ by less than this factor are not worth a sentence: machines differ as much. */
const FACTOR = 3;

/**
 * The fact that goes with the rate, where the failing rows fall into two classes whose intervals do not
 * overlap and whose rates differ by {@link FACTOR} or more.
 *
 * @returns a sentence, or an empty text where there are no such classes or no single condition separates
 *   them
 */
export function rateDifference(points: readonly RatedPoint[]): string {
  const rated = points.flatMap((point) =>
    point.fails && point.rate ? [{ ...point, rate: point.rate }] : [],
  );
  rated.sort((a, b) => a.rate.value - b.rate.value);
  let best: { rule: Rule; place: number; factor: number } | undefined;
  for (let place = 1; place < rated.length; place += 1) {
    const [low, high] = [rated.slice(0, place), rated.slice(place)];
    const highest = Math.max(...low.map(({ rate }) => rate.high));
    const lowest = Math.min(...high.map(({ rate }) => rate.low));
    const factor = (high[0]?.rate.value ?? 0) / (low.at(-1)?.rate.value ?? Infinity);
    if (highest >= lowest || factor < FACTOR || factor <= (best?.factor ?? 0)) continue;
    const [rule] = simplestRules(
      rated.map((point, index) => ({ ...point, fails: index >= place })),
    );
    if (rule?.length === 1) best = { rule, place, factor };
  }
  if (!best) return '';
  const span = (part: readonly (typeof rated)[number][]) => {
    const [first, last] = [percent(part[0]?.rate.value), percent(part.at(-1)?.rate.value)];
    return first === last ? `${first} %` : `${first} to ${last} %`;
  };
  return `The rate differs: ${span(rated.slice(best.place))} of exposed calls ${ruleText(best.rule)}, ${span(rated.slice(0, best.place))} elsewhere.`;
}

function percent(rate = 0): string {
  return String(Number((rate * 100).toPrecision(2)));
}
