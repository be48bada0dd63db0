/** Rows -> report. Pure. */
import type { EngineDescription } from '../engine/engine.ts';
import type { Report } from '../report/schema.ts';
import { findingsInSteps } from '../analysis/findings.ts';
import { orderEnvironments } from '../report/order.ts';
import { emulatedRows } from '../analysis/emulation.ts';
import { judgeSensitivity } from '../analysis/sensitivity.ts';
import { atOnce, PAUSE, type Steps } from '../report/steps.ts';
import { summarise } from '../report/summary.ts';
import type { Row } from './measure-environment.ts';
import type { RunPlan } from './plan.ts';

export interface RunRecord {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly complete: boolean;
  readonly tool: Report['run']['tool'];
  readonly engine: EngineDescription;
  readonly plan: RunPlan;
  /** Null where the run was not locked. */
  readonly lock?: { readonly sha256: string } | null | undefined;
  readonly rows: readonly Row[];
  /** Calls to the engine that were tried again. */
  readonly retries?: number | undefined;
}

/** Puts a run's rows into the order of the report, and says what a reader must know beforehand. */
export function assembleReport(record: RunRecord): Report {
  return atOnce(assembleInSteps(record));
}

/** As {@link assembleReport}, in steps that are short however many rows there are. */
export function* assembleInSteps(record: RunRecord): Steps<Report> {
  const { engine, plan, rows } = record;
  const environments = orderEnvironments(rows.map((row) => row.environment));
  yield PAUSE;
  const position = new Map(environments.map(({ id }, index) => [id, index]));
  const measured = rows
    .flatMap((row) => row.cells)
    .sort((a, b) => (position.get(a.environment) ?? 0) - (position.get(b.environment) ?? 0));
  yield PAUSE;
  const scenarios = plan.scenarios.map(({ id, mutation, launcher, role }) => ({
    id,
    mutation,
    launcher,
    role,
  }));
  const { cells, warnings } = judgeSensitivity(measured, scenarios, {
    cpus: engine.host.cpus,
    emulated: emulatedRows(environments, engine.host.arch),
  });
  const findings = yield* findingsInSteps({ environments, scenarios, cells });
  return {
    schema: 1,
    run: {
      id: record.id,
      startedAt: record.startedAt.toISOString(),
      finishedAt: record.finishedAt.toISOString(),
      complete: record.complete,
      tool: record.tool,
      engine: {
        name: engine.name,
        version: engine.version,
        apiVersion: engine.apiVersion,
        private: engine.private,
      },
      host: engine.host,
      matrix: plan.matrix,
      rule: plan.rule,
      retries: record.retries,
      lock: record.lock,
      shard: plan.shard,
      warnings,
    },
    environments,
    scenarios,
    cells,
    findings,
    summary: summarise(cells),
  };
}
