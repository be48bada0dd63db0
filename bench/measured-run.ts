/** A run of a part of the matrix with a stopwatch on it, for the benchmarks. Writes no results. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlan, type PlanOptions } from '../src/app/load-plan.ts';
import { startProgressDisplay } from '../src/cli/progress-display.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { Report } from '../src/report/schema.ts';
import { quantity } from '../src/text/quantity.ts';
import type { RunEvent } from '../src/run/events.ts';
import { runMatrix } from '../src/run/run-matrix.ts';
import { TOOL } from '../src/tool.ts';
import { openedEngine } from './opened-engine.ts';
import { inSeconds } from './statistics.ts';

export interface MeasuredRun {
  readonly report: Report;
  readonly total: number;
  readonly firstVerdict: number;
  readonly built: number;
  /** Seconds during which a container was being created, ran or was being removed. */
  readonly containers: number;
}

/**
 * Runs a selection of matrix.yaml.
 *
 * @param cache where a private engine keeps its images: an empty folder makes it a run from nothing
 * @param explicit as `--engine`; without it the first engine that answers
 */
export async function measuredRun(
  cache: string,
  selection: Omit<PlanOptions, 'matrix'> = {},
  explicit?: string,
): Promise<MeasuredRun> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const { signal } = new AbortController();
  const { plan } = await loadPlan({ matrix: 'matrix.yaml', ...selection });
  const engine = await openedEngine(cache, explicit);
  const folder = await mkdtemp(join(tmpdir(), 'bench-run-'));
  const busy = containerTime(engine);
  let firstVerdict = Number.NaN;
  let built = 0;
  const display = startProgressDisplay();
  const emit = (event: RunEvent) => {
    display.emit(event);
    if (event.type === 'image-finished' && event.built) built += 1;
    if (event.type === 'cell-finished' && Number.isNaN(firstVerdict)) firstVerdict = since();
  };
  let report: Report;
  try {
    const options = { id: 'bench', folder, tool: TOOL, emit, refresh: false, signal };
    report = await runMatrix({ ...options, engine: busy.engine, plan });
  } finally {
    display.stop();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { report, total: since(), firstVerdict, built, containers: busy.seconds() };
}

/** The engine, with a stopwatch on what it does with containers; overlapping ones count once. */
function containerTime(engine: Engine): { engine: Engine; seconds: () => number } {
  let [under, began, sum] = [0, 0, 0];
  const timed = new Proxy(engine, {
    get(target, name) {
      if (name !== 'run') return Reflect.get(target, name) as unknown;
      return async (...args: Parameters<Engine['run']>) => {
        if (under === 0) began = performance.now();
        under += 1;
        try {
          return await target.run(...args);
        } finally {
          under -= 1;
          if (under === 0) sum += performance.now() - began;
        }
      };
    },
  });
  return { engine: timed, seconds: () => sum / 1000 };
}

/** The figures of a run in three lines. */
export function describeRun(title: string, run: MeasuredRun): string {
  const { report, total, firstVerdict, built, containers } = run;
  const { pass, fail, inconclusive, error, skipped, unexpected } = report.summary;
  const trials = report.cells.reduce((sum, cell) => sum + cell.seconds, 0);
  const rest = total - containers;
  return [
    `${title}: ${inSeconds(total)} for ${quantity(report.environments.length, 'environment')}, ${quantity(report.cells.length, 'cell')}; first verdict after ${inSeconds(firstVerdict)}; ${quantity(built, 'image')} built`,
    `  trials ${inSeconds(trials)}, containers with their trials ${inSeconds(containers)}, the rest ${inSeconds(rest)} (${((rest / total) * 100).toFixed(1)} %)`,
    `  ${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${error} error, ${skipped} skipped, ${unexpected} unexpected`,
    '',
  ].join('\n');
}
