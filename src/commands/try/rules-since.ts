/** The number of runs that show that a formerly measured bug is gone. Pure. */
import type { StoppingRule } from '../../model.ts';
import type { Report } from '../../report/schema.ts';
import { LONG_BUDGET_SECONDS } from '../../reproduction/plain-manifest.ts';
import type { RunPlan } from '../../run/plan.ts';
import { cellKey } from '../../report/cell-key.ts';

/**
 * The stopping rules for a run after a fix: a cell that failed before passes once its runs exclude the
 * lower end of the rate that was measured then. Cells that did not fail keep their rule.
 *
 * @param before the report of before, or one without cells
 */
export function ruleSince(
  before: Pick<Report, 'cells'>,
  { ruleFor }: Pick<RunPlan, 'ruleFor'>,
): RunPlan['ruleFor'] {
  const failed = new Map(
    before.cells
      .filter(({ verdict }) => verdict === 'fail')
      .map((cell) => [cellKey(cell.environment, cell.scenario), cell.rate?.low ?? 0]),
  );
  return (environment, scenario): StoppingRule => {
    const rule = ruleFor(environment, scenario);
    const low = failed.get(cellKey(environment, scenario)) ?? 0;
    if (low <= 0 || low >= rule.maxRate) return rule;
    return {
      ...rule,
      maxRate: low,
      budgetSeconds: Math.max(rule.budgetSeconds, LONG_BUDGET_SECONDS),
    };
  };
}
