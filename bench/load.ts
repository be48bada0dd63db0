/**
 * A large matrix on the fake engine: how long planning takes, how much memory the run, and how long the
 * event loop is held up at most; and whether that is within the limits that are asked for.
 * LOAD_ROWS=n for another number of rows than 2,000, for which they hold.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadPlan } from '../src/commands/load-plan.ts';
import { writeResults } from '../src/commands/write-results.ts';
import { openEngine } from '../src/engine/open.ts';
import { journalPath } from '../src/run/journal.ts';
import { readJournal } from '../src/run/read-journal.ts';
import { restore } from '../src/run/restore.ts';
import { runMatrix } from '../src/run/run-matrix.ts';
import { TOOL } from '../src/tool.ts';
import { serveFakeEngine, writeLargeMatrix } from '../test/fake-engine/large-matrix.ts';
import { inSeconds } from './statistics.ts';

const MEGABYTE = 1_000_000;

/** What is asked for, of 2,000 rows × 12. */
const MOST_PLANNING_SECONDS = 2;
const MOST_HELD_MILLISECONDS = 100;
const MOST_RESIDENT_BYTES = 300 * MEGABYTE;

export async function load(): Promise<void> {
  const rows = Number(process.env['LOAD_ROWS'] ?? 2000);
  const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
  const served = await serveFakeEngine(16);
  try {
    const matrix = await writeLargeMatrix(folder, rows);
    const { signal } = new AbortController();
    const opened = await openEngine(
      { explicit: served.address, env: process.env, cacheFolder: folder, notify: () => undefined },
      signal,
    );
    if (opened.type === 'none') throw new Error(opened.reason);

    const stopwatch = new Stopwatch();
    const { plan } = await loadPlan({ matrix, group: undefined, only: [], skip: [] });
    const planning = stopwatch.say(
      `planning ${plan.environments.length} environments × ${plan.scenarios.length}`,
    );

    const run = join(folder, 'run');
    const report = await runMatrix({
      ...{ id: 'load', engine: opened.engine, plan, folder: run, tool: TOOL },
      ...{ emit: () => undefined, refresh: false, signal },
    });
    await opened.engine.close();
    const { pass, fail, error } = report.summary;
    const measuring = stopwatch.say(
      `measuring ${report.cells.length} cells (${pass} pass, ${fail} fail, ${error} error)`,
    );
    await writeResults(run, report);
    const writing = stopwatch.say('writing every format');
    const read = await readJournal(journalPath(run));
    if (read.type !== 'journal') throw new Error(`the journal is ${read.type}`);
    const reading = stopwatch.say(
      `reading a journal of ${((await stat(journalPath(run))).size / MEGABYTE).toFixed(0)} MB`,
    );
    const restored = restore(plan, read.journal);
    if (restored.type !== 'restored') throw new Error(restored.reason);
    const finished = [...restored.rows.values()].filter((row) => row.finished).length;
    const deciding = stopwatch.say(`deciding ${finished} rows again from it`);

    sayLimits(planning, [planning, measuring, writing, reading, deciding]);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a step took. */
interface Step {
  readonly seconds: number;
  /** Milliseconds that the event loop was held up for at most. */
  readonly held: number;
  /** Bytes that were resident at most, what earlier steps have left behind included. */
  readonly resident: number;
}

function sayLimits(planning: Step, all: readonly Step[]): void {
  const held = Math.max(...all.map((step) => step.held));
  const resident = Math.max(...all.map((step) => step.resident));
  const limits = [
    ['planning', planning.seconds, MOST_PLANNING_SECONDS, 's', 1],
    ['the event loop held up', held, MOST_HELD_MILLISECONDS, 'ms', 0],
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

/** Says of each step how long it took, how long it held up the event loop, and the most memory. */
class Stopwatch {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #began = performance.now();

  constructor() {
    this.#delay.enable();
    forgetPeak();
  }

  say(step: string): Step {
    const seconds = (performance.now() - this.#began) / 1000;
    const held = Math.max(this.#delay.max / 1e6 - 10, 0);
    const resident = peak();
    process.stdout.write(
      `${step}: ${inSeconds(seconds)}, the event loop held up for ${held.toFixed(0)} ms at most, ` +
        `${(resident / MEGABYTE).toFixed(0)} MB resident at most\n`,
    );
    this.#delay.reset();
    forgetPeak();
    this.#began = performance.now();
    return { seconds, held, resident };
  }
}

/** The most bytes that were resident since {@link forgetPeak}, as the kernel counts: nothing is missed between two looks. */
function peak(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** Source: proc(5), /proc/pid/clear_refs: 5 resets the peak to what is resident now. */
function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}
