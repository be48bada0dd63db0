/** Rows -> report. Pure. */
import type { EngineDescription } from '../engine/engine.ts';
import type { Report } from '../report/schema.ts';
import { computeFindings } from '../analysis/findings.ts';
import { orderCells, orderEnvironments } from '../report/order.ts';
import { statedHome } from '../report/seen-from.ts';
import { judgeSensitivity } from '../analysis/sensitivity.ts';
import { summarise } from '../report/summary.ts';
import type { MeasuredRow } from './measure-environment.ts';
import { reportScenarios, type RunPlan } from './plan.ts';

interface RunRecord {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly complete: boolean;
  readonly tool: Report['run']['tool'];
  readonly engine: EngineDescription;
  readonly plan: RunPlan;
  /** The hash of the reproduction's files. */
  readonly reproduction?: string | undefined;
  /** Null if the run was not locked. */
  readonly lock?: { readonly sha256: string } | null | undefined;
  readonly rows: readonly MeasuredRow[];
  /** Calls to the engine that were tried again. */
  readonly retries?: number | undefined;
}

/** Puts a run's rows into the order of the report, and adds the warnings at its top. */
export function assembleReport(record: RunRecord): Report {
  const { engine, plan, rows } = record;
  const environments = orderEnvironments(rows.map((row) => row.environment));
  const measured = orderCells(
    rows.flatMap((row) => row.cells),
    environments,
  );
  const scenarios = reportScenarios(plan);
  const isFine = plan.protocol?.type === 'script' && plan.protocol.emulation === 'fine';
  const counts = plan.protocol?.type === 'script' ? 'runs' : undefined;
  const { cells, warnings } = judgeSensitivity(measured, scenarios, {
    cpus: engine.host.cpus,
    emulated: isFine
      ? []
      : environments.filter(({ emulated }) => emulated === true).map(({ id }) => id),
    isScript: counts === 'runs',
  });
  const findings = computeFindings({ environments, scenarios, cells }, plan.matrixRows);
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
      source: plan.source,
      reproduction: record.reproduction,
      counts,
      emulation: isFine ? 'fine' : undefined,
      rule: plan.rule,
      platform: plan.shard && statedHome(plan.home, engine.host),
      retries: record.retries,
      lock: record.lock,
      leftOut: plan.leftOut,
      shard: plan.shard,
      warnings: [...warnings, ...engineWarnings(engine)],
    },
    environments,
    scenarios,
    cells,
    findings,
    summary: summarise(cells),
  };
}

/** What a reader has to know of the engine's limits; empty if it keeps them. */
function engineWarnings({
  name,
  version,
  discardsCpuSets,
}: RunRecord['engine']): readonly string[] {
  return discardsCpuSets === true
    ? [
        `${name} ${version} discards CPU sets, as rootless engines may: trials shared their CPUs with other work, ` +
          'which can hide the race. Failures count as ever; passes hold for these conditions only.',
      ]
    : [];
}
