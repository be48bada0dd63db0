/** `matrix run`: measures the matrix and writes its report, or goes on with a run that stopped. */
import { join } from 'node:path';
import type { Report } from '../../model.ts';
import type { Asked } from '../../run/journal-entry.ts';
import { JournalError, journalPath, openJournal } from '../../run/journal.ts';
import { lockResults, newRunId, removePartialFiles } from '../../run/run-folder.ts';
import { runMatrix, type ResumedRun } from '../../run/run-matrix.ts';
import { TOOL } from '../../tool.ts';
import { EXIT } from '../../cli/exit-status.ts';
import { finishRun, showReport } from '../../app/finish-run.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { bootstraps, loadPlan } from '../../app/load-plan.ts';
import { lockOf } from '../../app/locked-option.ts';
import type { Options } from '../../cli/options.ts';
import { progressDisplay } from '../../cli/progress-display.ts';
import {
  assertSamePlan,
  assertSameRun,
  findRun,
  isOver,
  reportOf,
  restoreRun,
  withChoiceOf,
  type FoundRun,
} from './resume.ts';
import { keepShardFile, partOf, type PartOfRun } from '../../app/shard-options.ts';
import { UserError } from '../../cli/user-error.ts';
import { withEngine } from '../../app/with-engine.ts';

/** @returns the exit status */
export async function run(options: Options): Promise<number> {
  const [named, ...more] = options.positionals;
  if (more.length > 0 || (named !== undefined && !options.resume)) {
    const what = options.positionals.join(' ');
    throw new UserError(`run takes --resume with the id of a run, and --only GLOB; not ${what}`);
  }
  // Before the lock, so that a matrix.yaml that is wrong is said at once.
  const fresh = options.resume ? undefined : await loadPart(options);
  const id = newRunId(new Date(), Math.random());
  const lock = await lockResults(options.results, id);
  if (lock.type === 'held') {
    throw new UserError(
      `${options.results} is in use by ${lock.by}; --results names another folder`,
    );
  }
  try {
    if (fresh) return await measure(options, { id, loaded: fresh });
    const found = await findRun(options.results, named);
    const chosen = withChoiceOf(found, options);
    const loaded = await loadPart(chosen);
    await assertSamePlan(found, loaded.plan);
    const resumed = await restoreRun(found, loaded.plan);
    if (isOver(found, loaded.plan, resumed)) {
      const report = await reportOf(options.results, found.id);
      if (report) {
        process.stderr.write(`run ${found.id} came to its end: there is nothing left to measure\n`);
        return showReport(options, report);
      }
    }
    return await measure(chosen, { id: found.id, loaded, found, resumed });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new UserError(
      `${error.message}\nThe run was ended. What is in its journal is whole: bin/matrix run --resume goes on with it once there is room.`,
      EXIT.notMeasured,
    );
  } finally {
    await lock.release();
  }
}

/** The plan of what the options choose. */
interface LoadedPart extends PartOfRun {
  readonly bootstraps: boolean;
}

async function loadPart(options: Options): Promise<LoadedPart> {
  const { plan, selection } = await loadPlan(options);
  return { ...(await partOf(plan, options)), bootstraps: bootstraps(selection) };
}

/** What is to be measured. */
interface Measurement {
  readonly id: string;
  readonly loaded: LoadedPart;
  readonly found?: FoundRun;
  readonly resumed?: ResumedRun;
}

async function measure(options: Options, measurement: Measurement): Promise<number> {
  const { id, loaded, found, resumed } = measurement;
  const { plan, file } = loaded;
  const locked = await lockOf(options, plan);
  const display = progressDisplay();
  const interruption = onInterrupt(() => {
    display.emit({ type: 'interrupted' });
  });
  try {
    const folder = join(options.results, 'runs', id);
    await removePartialFiles(options.results, id);
    if (file) await keepShardFile(folder, file);
    if (resumed) process.stderr.write(`${describeResumption(id, resumed)}\n`);
    const report = await withEngine(
      options,
      loaded.bootstraps,
      interruption.signal,
      async (engine) => {
        if (found) await assertSameRun(found, plan, engine.description);
        return await runMatrix({
          id,
          engine,
          plan,
          folder,
          tool: TOOL,
          emit: display.emit,
          asked: askedOf(options),
          refresh: options.refresh,
          ...(locked === undefined ? {} : { locked }),
          ...(options.cache === undefined ? {} : { cache: options.cache }),
          ...(options.maxBaseAge === undefined
            ? {}
            : { basesSince: new Date(Date.now() - options.maxBaseAge * 1000) }),
          signal: interruption.signal,
          ...(resumed === undefined ? {} : { resumed }),
        });
      },
    );
    display.stop();
    const status = await publish(options, folder, report);
    if (!report.run.complete) {
      process.stderr.write(`bin/matrix run --resume ${id} goes on with this run\n`);
    }
    return status;
  } finally {
    display.stop();
    interruption.stop();
  }
}

/**
 * Writes everything that shows a report, and only then, into the journal, that it is written: a run
 * that is killed in between publishes its report when it is resumed.
 */
async function publish(options: Options, folder: string, report: Report): Promise<number> {
  let status: number;
  try {
    status = await finishRun(options, folder, report);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UserError(
      `the report cannot be written: ${error.message}\nNothing that was measured is lost: bin/matrix run --resume ${report.run.id} writes it once there is room.`,
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

function askedOf({ group, only, skip }: Options): Asked {
  return { ...(group === undefined ? {} : { group }), only, skip };
}

function describeResumption(id: string, { rows }: ResumedRun): string {
  const cells = [...rows.values()].reduce((sum, row) => sum + row.cells.size, 0);
  return `going on with run ${id}: ${cells} cells are finished already`;
}
