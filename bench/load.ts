/**
 * A large matrix on the fake engine: how long planning takes, how much memory the run, and how long the
 * event loop is held up at most. LOAD_ROWS=n for another number of rows than 2,000.
 */
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

const MEBIBYTE = 1024 * 1024;

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
    stopwatch.say(`planning ${plan.environments.length} environments × ${plan.scenarios.length}`);

    const run = join(folder, 'run');
    const report = await runMatrix({
      ...{ id: 'load', engine: opened.engine, plan, folder: run, tool: TOOL },
      ...{ emit: () => undefined, refresh: false, signal },
    });
    await opened.engine.close();
    const { pass, fail, error } = report.summary;
    stopwatch.say(
      `measuring ${report.cells.length} cells (${pass} pass, ${fail} fail, ${error} error)`,
    );
    await writeResults(run, report);
    stopwatch.say('writing every format');
    const read = await readJournal(journalPath(run));
    if (read.type !== 'journal') throw new Error(`the journal is ${read.type}`);
    stopwatch.say(
      `reading a journal of ${((await stat(journalPath(run))).size / MEBIBYTE).toFixed(0)} MiB`,
    );
    const restored = restore(plan, read.journal);
    if (restored.type !== 'restored') throw new Error(restored.reason);
    const finished = [...restored.rows.values()].filter((row) => row.finished).length;
    stopwatch.say(`deciding ${finished} rows again from it`);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says of each step how long it took, how long it held up the event loop, and the most memory. */
class Stopwatch {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #began = performance.now();
  #most = 0;
  readonly #timer = setInterval(() => {
    this.#most = Math.max(this.#most, process.memoryUsage.rss());
  }, 20).unref();

  constructor() {
    this.#delay.enable();
  }

  say(step: string): void {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#most = Math.max(this.#most, process.memoryUsage.rss());
    const held = Math.max(this.#delay.max / 1e6 - 10, 0);
    process.stdout.write(
      `${step}: ${inSeconds(seconds)}, the event loop held up for ${held.toFixed(0)} ms at most, ` +
        `${(this.#most / MEBIBYTE).toFixed(0)} MiB resident at most\n`,
    );
    this.#delay.reset();
    this.#most = 0;
    this.#began = performance.now();
    this.#timer.refresh();
  }
}
