/**
 * Selects the records of a journal that count for a resumed run. Pure.
 *
 * A verdict is never taken from a journal: it is recomputed from the recorded trials, by the same
 * rule. If a recorded verdict differs, the whole journal is invalid.
 *
 * - A cell whose trials give a verdict is finished, and is not measured again.
 * - A cell in progress continues from its trials. That is sound, because the interruption did not
 *   depend on their results, and the rule is sequential. No failure is forgotten.
 * - A cell whose last trial failed because of the engine, another process or the interruption, and
 *   not by its own, is measured again, from its first trial.
 * - A cell without any trial (no image, no probe, an unavailable base) is retried.
 */
import type { Scenario, StoppingRule } from '../model.ts';
import type { Cell, ReportEnvironment } from '../report/schema.ts';
import type { Observation, TrialProblem } from '../verdict/observation.ts';
import { toCell } from '../verdict/cell.ts';
import { decide } from '../verdict/decide.ts';
import { withWitness } from '../verdict/witness.ts';
import { controlStateOf, unmeasuredCell } from './measure-cell.ts';
import { scenariosInOrder, type RunPlan } from './plan.ts';
import type { JournalContent, JournaledRow } from './read-journal.ts';
import { canonicalJson } from '../json-file/canonical-json.ts';

/** Errors that the cell did not cause. */
const PASSING: readonly TrialProblem[] = ['engine', 'container', 'interrupted'];

/** A row as far as it was measured. */
export interface RestoredRow {
  /** Image and facts, which what is measured from now on must share. */
  readonly environment: ReportEnvironment;
  /** Finished cells by scenario. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Trials of cells in progress. */
  readonly trials: ReadonlyMap<string, readonly Observation[]>;
  /** Scenarios whose recorded trials no longer count, with the reason. */
  readonly discarded: ReadonlyMap<string, string>;
  /** Whether every cell of the row is finished. */
  readonly finished: boolean;
}

export type Restored =
  | { readonly type: 'restored'; readonly rows: ReadonlyMap<string, RestoredRow> }
  /** The journal contradicts itself or the plan. */
  | { readonly type: 'contradiction'; readonly reason: string };

/** The first contradiction. */
class JournalContradiction extends Error {}

/** Takes from a journal what counts for a run of the same plan. */
export function restore(plan: RunPlan, journal: Pick<JournalContent, 'rows'>): Restored {
  const known = new Set(plan.environments.map(({ id }) => id));
  const rows = new Map<string, RestoredRow>();
  try {
    for (const [id, row] of journal.rows) {
      if (!known.has(id)) throw new JournalContradiction(`the run has no environment ${id}`);
      rows.set(id, restoreRow(plan, id, row));
    }
  } catch (error) {
    if (!(error instanceof JournalContradiction)) throw error;
    return { type: 'contradiction', reason: error.message };
  }
  return { type: 'restored', rows };
}

function restoreRow(plan: RunPlan, id: string, row: JournaledRow): RestoredRow {
  const scenarios = scenariosInOrder(plan);
  const ids = new Set(scenarios.map((scenario) => scenario.id));
  const strange = [...row.trials.keys()].find((scenario) => !ids.has(scenario));
  if (strange !== undefined) throw new JournalContradiction(`the run has no cell ${id} ${strange}`);

  const cells = new Map<string, Cell>();
  const trials = new Map<string, readonly Observation[]>();
  const discarded = new Map<string, string>();
  for (const scenario of scenarios) {
    const observations = row.trials.get(scenario.id) ?? [];
    const passing = observations.find(isPassing);
    if (passing) {
      discarded.set(scenario.id, passing.reason);
      continue;
    }
    const waits = scenario.control !== undefined && !cells.has(scenario.control);
    if (waits) {
      // Its control is measured first, and may come out otherwise.
      if (observations.length > 0) discarded.set(scenario.id, 'its control is measured again');
      continue;
    }
    const cell = restoreCell(plan, id, scenario, observations, row, cells);
    if (cell) cells.set(scenario.id, cell);
    else if (observations.length > 0) trials.set(scenario.id, observations);
  }
  const finished = scenarios.every((scenario) => cells.has(scenario.id));
  return { environment: row.environment, cells, trials, discarded, finished };
}

/** Whether a trial failed for a cause that is not its own and may be over. */
function isPassing(
  observation: Observation,
): observation is Extract<Observation, { type: 'problem' }> {
  return observation.type === 'problem' && PASSING.includes(observation.problem);
}

/** The cell where it is finished; undefined where trials are missing, or its evidence is. */
function restoreCell(
  plan: RunPlan,
  environment: string,
  scenario: Scenario,
  observations: readonly Observation[],
  row: JournaledRow,
  cells: ReadonlyMap<string, Cell>,
): Cell | undefined {
  const name = `${environment} ${scenario.id}`;
  const rule = plan.ruleFor(environment, scenario.id);
  const expected = plan.expectedFor(environment, scenario.id);
  const control = controlStateOf(scenario, cells);
  const recorded = row.cells.get(scenario.id);
  const decision = decide(rule, observations, control);
  if (observations.length === 0) {
    if (decision.type === 'continue') return undefined;
    const { verdict, reason = '' } = decision;
    // Follows from its control alone.
    return unmeasuredCell(plan, environment, scenario.id, verdict, reason);
  }
  if (control.type === 'unusable') {
    throw new JournalContradiction(`${name} has trials although its control did not pass`);
  }
  checkOrder(name, rule, observations);
  if (decision.type === 'continue') {
    if (recorded)
      throw new JournalContradiction(`${name} has a verdict, but its trials do not give one`);
    return undefined;
  }
  if (!recorded) return undefined;
  const judged = withWitness(decision, recorded.strace, scenario.control === undefined);
  const again = toCell({
    environment,
    scenario: scenario.id,
    verdict: judged.verdict,
    reason: judged.reason,
    expected,
    rule,
    observations,
    strace: recorded.strace,
    evidence: recorded.evidence,
    rerun: recorded.rerun,
  });
  const compared = { ...recorded, expected };
  const differs = (Object.keys({ ...again, ...compared }) as (keyof Cell)[]).find(
    (key) => canonicalJson(again[key]) !== canonicalJson(compared[key]),
  );
  if (differs !== undefined) {
    throw new JournalContradiction(
      `${name} has the ${differs} ${JSON.stringify(compared[differs])}, but its trials give ${JSON.stringify(again[differs])}`,
    );
  }
  return again;
}

/** No trial starts in a finished cell. */
function checkOrder(name: string, rule: StoppingRule, observations: readonly Observation[]): void {
  // Only the last trials need a check: every earlier one was followed by another, and sums only
  // grow, so the next to last sum covers all of them.
  const before = observations.slice(0, -1);
  if (before.length > 0 && decide(rule, before, { type: 'clean' }).type === 'stop') {
    throw new JournalContradiction(`${name} has more trials than its verdict needs`);
  }
}
