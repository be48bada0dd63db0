/** The cells that a line of matrix.yaml covers, and the lines that apply to one cell. Pure. */
import type { Verdict } from '../model.ts';
import type { Matrix, Override } from './matrix.ts';
import type { Pattern } from './pattern.ts';

/**
 * Whether a line covers a cell, by its patterns; where one of the two is not given, it covers all.
 *
 * @param environments any one of them must fit the environment's id
 * @param scenarios any one of them must fit the scenario's id
 */
export function coversCells(
  environments: readonly Pattern[] | undefined,
  scenarios: readonly Pattern[] | undefined,
): Override['covers'] {
  const environment = anyOf(environments);
  const scenario = anyOf(scenarios);
  return (environmentId, scenarioId) => environment(environmentId) && scenario(scenarioId);
}

/** The rule or the limits of the last override that has them and covers the cell, if one does. */
export function overriddenFor<Part extends 'rule' | 'trial'>(
  overrides: readonly Override[],
  part: Part,
  environment: string,
  scenario: string,
): Override[Part] {
  const override = overrides.findLast(
    (one) => one[part] !== undefined && one.covers(environment, scenario),
  );
  return override?.[part];
}

/**
 * The expected verdict of a cell.
 *
 * @param accepted its accepted verdict, which counts if no line covers the cell
 * @returns null if nothing is expected of it: the last line that covers it has `any`, or no line
 *   covers it and it has no accepted verdict
 */
export function expectedVerdict(
  matrix: Matrix,
  environment: string,
  scenario: string,
  accepted: Verdict | null = null,
): Verdict | null {
  const expectation = matrix.expectations.findLast(({ covers }) => covers(environment, scenario));
  return expectation ? expectation.verdict : accepted;
}

/** Caches its answers, because every cell of a row or a column needs the same few ids. */
function anyOf(patterns: readonly Pattern[] | undefined): (id: string) => boolean {
  if (!patterns) return () => true;
  const answers = new Map<string, boolean>();
  return (id) => {
    const known = answers.get(id);
    if (known !== undefined) return known;
    const answer = patterns.some((pattern) => pattern.matches(id));
    answers.set(id, answer);
    return answer;
  };
}
