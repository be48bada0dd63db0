/** Which scenarios tell most, for where not all of them can be shown. Pure. */
import type { Report } from '../report/schema.ts';
import { isControl } from './control.ts';
import { isConclusive } from '../report/summary.ts';

/**
 * How much is to be seen in each scenario, in the order of the report: most where environments differ,
 * then where many fail; -1 for a control, which is there so that the others can be believed.
 */
export function scenarioWeights({
  scenarios,
  cells,
}: Pick<Report, 'scenarios' | 'cells'>): readonly number[] {
  const counts = new Map(scenarios.map(({ id }) => [id, { pass: 0, fail: 0 }]));
  for (const { scenario, verdict } of cells) {
    const count = counts.get(scenario);
    if (count && isConclusive(verdict)) count[verdict] += 1;
  }
  return scenarios.map((scenario) => {
    const { pass, fail } = counts.get(scenario.id) ?? { pass: 0, fail: 0 };
    return isControl(scenario) ? -1 : Math.min(pass, fail) + fail / (cells.length + 1);
  });
}

/**
 * The scenarios that tell most, as places in the report's list and in its order.
 *
 * @param most how many, at least 1
 * @returns all of them where there are no more than that
 */
export function topScenarios(
  report: Pick<Report, 'scenarios' | 'cells'>,
  most: number,
): readonly number[] {
  const weights = scenarioWeights(report);
  return weights
    .map((_, place) => place)
    .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}
