/**
 * A large matrix on the fake engine: the time of planning, the memory of the run, the longest block
 * of the event loop, and whether time and memory are within their limits. The limits are for 2,000
 * rows; LOAD_ROWS=n sets another number.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPlan } from '../src/app/load-plan.ts';
import { writeResults } from '../src/app/write-results.ts';
import { runMatrix } from '../src/run/run-matrix.ts';
import { TOOL } from '../src/tool.ts';
import { serveFakeEngine, writeLargeMatrix } from '../test/support/fake-engine/large-matrix.ts';
import { openedEngine } from './opened-engine.ts';
import { MEGABYTE, Stopwatch, type Step } from './stopwatch.ts';

/** The plan: 2,000 rows × 12. */
const MOST_PLANNING_SECONDS = 2;
const MOST_RESIDENT_BYTES = 300 * MEGABYTE;

export async function load(): Promise<void> {
  const rows = Number(process.env['LOAD_ROWS'] ?? 2000);
  const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
  const served = await serveFakeEngine(16);
  try {
    const matrix = await writeLargeMatrix(folder, rows);
    const { signal } = new AbortController();
    const engine = await openedEngine(folder, served.address);

    const stopwatch = new Stopwatch();
    const { plan } = await loadPlan({ matrix, group: undefined, only: [], skip: [] });
    const planning = await stopwatch.print(
      `planning ${plan.environments.length} environments × ${plan.scenarios.length}`,
    );

    const run = join(folder, 'run');
    const report = await runMatrix({
      id: 'load',
      engine,
      plan,
      folder: run,
      tool: TOOL,
      emit: () => undefined,
      refresh: false,
      signal,
    });
    await engine.close();
    const { pass, fail, error } = report.summary;
    const measuring = await stopwatch.print(
      `measuring ${report.cells.length} cells (${pass} pass, ${fail} fail, ${error} error)`,
    );
    await writeResults(run, report);
    const writing = await stopwatch.print('writing every format');
    const resuming = await resumedElsewhere(matrix, run);
    sayLimits(planning, [planning, measuring, writing, ...resuming]);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The time to resume the run, in a new process, like a real resumption. */
async function resumedElsewhere(matrix: string, run: string): Promise<readonly Step[]> {
  const script = fileURLToPath(new URL('resumed-load.ts', import.meta.url));
  const child = fork(script, [matrix, run]);
  const [steps] = (await once(child, 'message')) as [readonly Step[]];
  return steps;
}

function sayLimits(planning: Step, all: readonly Step[]): void {
  const resident = Math.max(...all.map((step) => step.resident));
  const limits = [
    ['planning', planning.seconds, MOST_PLANNING_SECONDS, 's', 1],
    ['resident', resident / MEGABYTE, MOST_RESIDENT_BYTES / MEGABYTE, 'MB', 0],
  ] as const;
  process.stdout.write('asked for, and what the most of all steps came to:\n');
  for (const [name, value, most, unit, digits] of limits) {
    const outcome = value < most ? 'held' : 'NOT HELD';
    process.stdout.write(
      `  ${name}, less than ${most} ${unit}: ${value.toFixed(digits)} ${unit}, ${outcome}\n`,
    );
  }
}
