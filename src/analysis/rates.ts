/** Failure rates that differ by a fact, where all rows fail. Pure. */
import { simplestRules } from './rules/rule-search.ts';
import type { Rule } from './rules/rule.ts';
import { rulePhrase } from './rule-text.ts';
import type { RatedPoint, ScenarioAnalysis } from './scenario-analysis.ts';

/** Rates that differ by less than this factor are not worth a sentence: machines differ as much. */
const FACTOR = 3;

/** Failing rows in two classes, and the rules that select those with the higher rates. */
export interface RateDifference {
  readonly text: string;
  /** At least one, all equally simple. */
  readonly rules: readonly Rule[];
  /** The failing rows, which the rules are about. */
  readonly rated: readonly RatedPoint[];
}

/**
 * The fact that goes with the rate, where the failing rows fall into two classes whose intervals do not
 * overlap and whose rates differ by {@link FACTOR} or more.
 *
 * @returns undefined if there are no such classes, or no single term separates them
 */
export function findRateDifference({
  points,
  index,
}: Pick<ScenarioAnalysis, 'points' | 'index'>): RateDifference | undefined {
  const rated = points.flatMap((point) =>
    point.fails && point.rate ? [{ ...point, rate: point.rate }] : [],
  );
  rated.sort((a, b) => a.rate.value - b.rate.value);
  let best: { rules: readonly Rule[]; place: number; factor: number } | undefined;
  /** Of all rates from a place on. */
  const lowest: number[] = [];
  for (const [place, { rate }] of [...rated.entries()].reverse()) {
    lowest[place] = Math.min(rate.low, lowest[place + 1] ?? Infinity);
  }
  let highest = 0;
  for (let place = 1; place < rated.length; place += 1) {
    const [low, high] = [rated[place - 1]?.rate, rated[place]?.rate];
    highest = Math.max(highest, low?.high ?? 0);
    const factor = (high?.value ?? 0) / (low?.value ?? Infinity);
    if (highest >= (lowest[place] ?? 0) || factor < FACTOR || factor <= (best?.factor ?? 0))
      continue;
    const classes = rated.map((point, other) => ({ ...point, fails: other >= place }));
    const rules = simplestRules(classes, { index, mostTerms: 1 });
    if (rules.length > 0) best = { rules, place, factor };
  }
  const rule = best?.rules[0];
  if (!best || !rule) return undefined;
  const span = (part: readonly (typeof rated)[number][]) => {
    const [first, last] = [
      plainPercent(part[0]?.rate.value),
      plainPercent(part.at(-1)?.rate.value),
    ];
    return first === last ? `${first} %` : `${first} to ${last} %`;
  };
  const others = rated.length === points.length ? 'elsewhere' : 'where it fails elsewhere';
  return {
    text: `The rate differs: ${span(rated.slice(best.place))} of exposed calls ${rulePhrase(rule, rated)}, ${span(rated.slice(0, best.place))} ${others}.`,
    rules: best.rules,
    rated,
  };
}

function plainPercent(rate = 0): string {
  return String(Number((rate * 100).toPrecision(2)));
}
