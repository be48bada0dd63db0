/** The cells that a line of matrix.yaml covers, and the lines that apply to one cell. Pure. */
import type { StoppingRule, TrialLimits, Verdict } from '../model.ts';
import type { CellPattern, Matrix } from './matrix.ts';
import type { Pattern } from './pattern.ts';

/**
 * Cells by their environments and scenarios; where one of the two is not given, all of them.
 *
 * @param environments any one of them must fit the environment's id
 * @param scenarios any one of them must fit the scenario's id
 */
export function toCellPattern(
  environments: readonly Pattern[] | undefined,
  scenarios: readonly Pattern[] | undefined,
): CellPattern {
  const environment = anyOf(environments);
  const scenario = anyOf(scenarios);
  return {
    environments: environments?.map(({ text }) => text) ?? null,
    scenarios: scenarios?.map(({ text }) => text) ?? null,
    covers: (environmentId, scenarioId) => environment(environmentId) && scenario(scenarioId),
  };
}

/** The verdict rule of a cell: that of the last override that covers it, or of the matrix. */
export function ruleFor(matrix: Matrix, environment: string, scenario: string): StoppingRule {
  const override = matrix.overrides.findLast(
    ({ rule, cells }) => rule !== undefined && cells.covers(environment, scenario),
  );
  return override?.rule ?? matrix.rule;
}

/** The trial limits of a cell: those of the last override that covers it, or of the matrix. */
export function trialFor(matrix: Matrix, environment: string, scenario: string): TrialLimits {
  const override = matrix.overrides.findLast(
    ({ trial, cells }) => trial !== undefined && cells.covers(environment, scenario),
  );
  return override?.trial ?? matrix.trial;
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
  const expectation = matrix.expectations.findLast(({ cells }) =>
    cells.covers(environment, scenario),
  );
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
