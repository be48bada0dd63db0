/** `matrix run`: measures the matrix and writes its report, or continues a run that stopped. */
import { quantity } from '../../text/quantity.ts';
import { join } from 'node:path';
import type { Report } from '../../report/schema.ts';
import { JournalError, journalPath, openJournal } from '../../run/journal.ts';
import { newRunId, removePartialFiles } from '../../run/run-folder.ts';
import { runMatrix, type ResumedRun } from '../../run/run-matrix.ts';
import { TOOL } from '../../tool.ts';
import { EXIT } from '../../cli/exit-status.ts';
import { finishRun, showReport, type FinishOptions } from '../../app/finish-run.ts';
import { bootstraps, loadPlan, type PlanOptions } from '../../app/load-plan.ts';
import { reportInFolder } from '../../app/load-report.ts';
import { lockOf, type LockedOptions } from '../../app/locked-option.ts';
import { withProgress } from '../../cli/progress-display.ts';
import {
  assertSameRun,
  findRun,
  isFinished,
  restoreRun,
  withRunSelection,
  type ResumableRun,
} from './resume.ts';
import {
  keepShardFile,
  shardOf,
  readPlan,
  type PartOfRun,
  type ShardOptions,
} from '../../app/shard-options.ts';
import type { RunPlan } from '../../run/plan.ts';
import { joinRegistryRows } from '../../run/ask-registries.ts';
import { leavingOut, withRegistryRows } from '../../run/registry-rows.ts';
import { print } from '../../cli/print.ts';
import { platformOf } from '../../platform.ts';
import type { Engine } from '../../engine/engine.ts';
import { UserError } from '../../cli/user-error.ts';
import { withEmulation } from '../../app/with-emulation.ts';
import { withEngine, type EngineOptions } from '../../app/with-engine.ts';
import { withResults } from '../../app/with-results.ts';
import { readAge, readCache } from './image-options.ts';

interface RunOptions
  extends PlanOptions, EngineOptions, FinishOptions, LockedOptions, ShardOptions {
  readonly refresh?: boolean | undefined;
  readonly maxBaseAge?: string | undefined;
  readonly cache?: string | undefined;
}

/** @returns the exit status */
export async function run(options: RunOptions): Promise<number> {
  const images = {
    refresh: options.refresh === true,
    cache: readCache(options.cache),
    basesSince: readAge(options.maxBaseAge),
  };
  const { resume } = options;
  // Before the lock, so that an error in matrix.yaml is reported at once.
  const fresh = resume === undefined ? await loadPart(options) : undefined;
  const id = newRunId(new Date(), Math.random());
  return withResults(options.results, id, async () => {
    try {
      if (fresh) return await measure(options, { id, images, loaded: fresh });
      const found = await findRun(options.results, resume === true ? undefined : resume);
      const chosen = withRunSelection(found, options);
      const loaded = await loadPart(chosen, found.journal.run.leftOut ?? []);
      await assertSameRun(found, loaded.plan);
      const resumed = restoreRun(found, loaded.plan);
      if (isFinished(found, loaded.plan, resumed)) {
        const report = await reportInFolder(join(options.results, 'runs', found.id));
        if (report) {
          print(`Run ${found.id} is complete: there is nothing left to measure.`);
          return showReport(options, report);
        }
      }
      return await measure(chosen, { id: found.id, images, loaded, found, resumed });
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      throw new UserError(
        `${error.message}\nThe run was ended, and its journal is intact. Make room, then continue it:\n    bin/matrix run --resume`,
        EXIT.notMeasured,
      );
    }
  });
}

/** The plan that the options select. */
interface LoadedPart extends PartOfRun {
  readonly bootstraps: boolean;
}

/** @param decided the rows that the run left out when it began, of a run that is resumed */
async function loadPart(options: RunOptions, decided?: RunPlan['leftOut']): Promise<LoadedPart> {
  // A shard plan uses the same row ids on every machine.
  const { shardPlan, shard } = options;
  const divided = shardPlan === undefined ? undefined : await readPlan(shardPlan);
  const home = options.home ?? divided?.platform;
  const { plan, selection } = await loadPlan({ ...options, home });
  const leftOut =
    decided ??
    (divided
      ? (divided.leftOut ?? [])
      : shard &&
        leavingOut(plan.registryRows, 'shards need a --shard-plan to agree on these rows'));
  const whole = leftOut ? withRegistryRows(plan, leftOut) : plan;
  return { ...(await shardOf(whole, options)), bootstraps: bootstraps(selection) };
}

/** The cells to measure. */
interface Measurement {
  readonly id: string;
  readonly images: Pick<Parameters<typeof runMatrix>[0], 'refresh' | 'cache' | 'basesSince'>;
  readonly loaded: LoadedPart;
  readonly found?: ResumableRun;
  readonly resumed?: ResumedRun;
}

async function measure(options: RunOptions, measurement: Measurement): Promise<number> {
  const { id, images, loaded, found, resumed } = measurement;
  const { plan, file } = loaded;
  const locked = await lockOf(options, plan);
  const { group, only = [], skip = [] } = options;
  const asked = { group, only, skip };
  return withProgress(async (display, signal) => {
    const folder = join(options.results, 'runs', id);
    await removePartialFiles(options.results, id);
    if (file) await keepShardFile(folder, file);
    if (resumed) print(describeResumption(id, resumed));
    const report = await withEngine(options, loaded.bootstraps, signal, async (engine) => {
      const plan = await joinRegistryRows(engine, await planOn(engine, measurement, options), {
        lock: locked?.lock,
        print,
        signal,
      });
      if (found) await assertSameRun(found, plan, engine.description);
      const { emit } = display;
      const work = { id, engine, plan, folder, tool: TOOL, emit, asked, locked, signal, resumed };
      return withEmulation(engine, plan.environments, options, () =>
        runMatrix({ ...work, ...images }),
      );
    });
    display.stop();
    const status = await publish(options, folder, report);
    if (!report.run.complete) {
      print(`To continue this run: bin/matrix run --resume ${id}`);
    }
    return status;
  });
}

/**
 * Writes everything that shows a report, and only then, into the journal, that it is written: a run
 * that is killed in between publishes its report when it is resumed.
 */
async function publish(options: RunOptions, folder: string, report: Report): Promise<number> {
  let status: number;
  try {
    status = await finishRun(options, folder, report);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UserError(
      `The report cannot be written: ${error.message}\nNo measurement is lost. Make room, then write the report:\n    bin/matrix run --resume ${report.run.id}`,
      EXIT.notMeasured,
    );
  }
  const journal = await openJournal(journalPath(folder));
  try {
    await journal.write({ type: 'published' });
  } finally {
    await journal.close();
  }
  return status;
}

/** The plan with ids as they are on the engine's host, which may be of another platform than this machine. */
async function planOn(
  engine: Engine,
  { loaded: { plan }, found }: Measurement,
  options: RunOptions,
): Promise<RunPlan> {
  const home = platformOf(engine.description.host.arch);
  if (home === undefined || home === plan.home || options.shardPlan !== undefined) return plan;
  return (await loadPart({ ...options, home }, found && (found.journal.run.leftOut ?? []))).plan;
}

function describeResumption(id: string, { rows }: ResumedRun): string {
  const cells = [...rows.values()].reduce((sum, row) => sum + row.cells.size, 0);
  return `Resuming run ${id}: ${quantity(cells, 'cell')} already finished.`;
}
