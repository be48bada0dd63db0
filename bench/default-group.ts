/**
 * How long `make matrix` takes: from nothing (no images, an engine of its own) to the first verdict
 * and to the end, then again with everything cached, and how much of that is neither a container nor
 * what happens in one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlan } from '../src/commands/load-plan.ts';
import type { Engine } from '../src/engine/engine.ts';
import { openEngine } from '../src/engine/open.ts';
import type { Report } from '../src/model.ts';
import type { RunEvent } from '../src/run/events.ts';
import { runMatrix } from '../src/run/run-matrix.ts';
import { TOOL } from '../src/tool.ts';
import { inSeconds } from './statistics.ts';

export async function defaultGroup(): Promise<void> {
  const cache = await mkdtemp(join(tmpdir(), 'bench-cache-'));
  try {
    const cold = await measure(cache);
    const warm = await measure(cache);
    const again = await measure(cache);
    print('from nothing', cold);
    print('cached', warm);
    print('cached, again', again);
    const same =
      verdicts(cold.report) === verdicts(warm.report) &&
      verdicts(warm.report) === verdicts(again.report);
    process.stdout.write(`verdicts of the three runs: ${same ? 'the same' : 'NOT the same'}\n`);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

interface Measured {
  readonly report: Report;
  readonly total: number;
  readonly firstVerdict: number;
  readonly built: number;
  /** Seconds during which a container was being created, ran or was being removed. */
  readonly containers: number;
}

async function measure(cache: string): Promise<Measured> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const { signal } = new AbortController();
  const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: undefined, only: [], skip: [] });
  const opened = await openEngine(
    { env: process.env, cacheFolder: cache, notify: () => undefined },
    signal,
  );
  if (opened.type === 'none') throw new Error(opened.reason);
  const folder = await mkdtemp(join(tmpdir(), 'bench-run-'));
  const busy = containerTime(opened.engine);
  let firstVerdict = Number.NaN;
  let built = 0;
  const emit = (event: RunEvent) => {
    if (event.type === 'image-finished' && event.built) built += 1;
    if (event.type === 'cell-finished' && Number.isNaN(firstVerdict)) firstVerdict = since();
  };
  let report: Report;
  try {
    const options = { id: 'bench', folder, tool: TOOL, emit, refresh: false, signal };
    report = await runMatrix({ ...options, engine: busy.engine, plan });
  } finally {
    await opened.engine.close();
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

function print(title: string, { report, total, firstVerdict, built, containers }: Measured): void {
  const { pass, fail, inconclusive, error, skipped, unexpected } = report.summary;
  const trials = report.cells.reduce((sum, cell) => sum + cell.seconds, 0);
  process.stdout.write(
    [
      `${title}: ${inSeconds(total)} for ${report.environments.length} environments, ${report.cells.length} cells; first verdict after ${inSeconds(firstVerdict)}; ${built} images built`,
      `  trials ${inSeconds(trials)}, containers with their trials ${inSeconds(containers)}, the rest ${inSeconds(total - containers)} (${(((total - containers) / total) * 100).toFixed(1)} %)`,
      `  ${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${error} error, ${skipped} skipped, ${unexpected} unexpected`,
      '',
    ].join('\n'),
  );
}

function verdicts(report: Report): string {
  return report.cells
    .map(({ environment, scenario, verdict }) => `${environment} ${scenario} ${verdict}`)
    .sort()
    .join('\n');
}
