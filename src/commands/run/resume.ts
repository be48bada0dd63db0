/** `--resume`: which run continues, and whether it may. */
import { join } from 'node:path';
import type { EngineDescription } from '../../engine/engine.ts';
import { journalPath } from '../../run/journal.ts';
import type { RunPlan } from '../../run/plan.ts';
import { readJournal, type JournalContent } from '../../run/read-journal.ts';
import { restore } from '../../run/restore.ts';
import { isRunId, runIds } from '../../run/run-folder.ts';
import { differences, runIdentity } from '../../run/run-identity.ts';
import type { ResumedRun } from '../../run/run-matrix.ts';
import { TOOL } from '../../tool.ts';
import type { PlanOptions } from '../../app/load-plan.ts';
import { UserError } from '../../cli/user-error.ts';

/** A run that there is, with its journal. */
export interface ResumableRun {
  readonly id: string;
  readonly journal: JournalContent;
}

/**
 * The run that the user names, or the newest one of the results folder.
 *
 * @throws UserError if there is none, or if its journal is not one that this program wrote
 */
export async function findRun(results: string, id: string | undefined): Promise<ResumableRun> {
  if (id !== undefined && !isRunId(id)) throw new UserError(`${id} is not the id of a run.`);
  const there = await runIds(results);
  if (id !== undefined && !there.includes(id)) {
    const newest = there.slice(0, 5).join(', ') || 'none';
    throw new UserError(`${join(results, 'runs')} has no run ${id}. The newest are: ${newest}.`);
  }
  for (const candidate of id === undefined ? there : [id]) {
    const path = journalPath(join(results, 'runs', candidate));
    const read = await readJournal(path);
    if (read.type === 'invalid') {
      throw new UserError(
        `${path} cannot be used: ${read.reason}.\n` +
          '    The whole journal is rejected, because a lost record could be of a failure. Start a new run.',
      );
    }
    if (read.type === 'empty') continue;
    if (read.journal.run.id !== candidate) {
      throw new UserError(`${path} is the journal of another run, ${read.journal.run.id}.`);
    }
    return { id: candidate, journal: read.journal };
  }
  throw new UserError(
    id === undefined
      ? `There is no run to resume in ${join(results, 'runs')}.`
      : `Run ${id} ended before it measured anything. Start a new run.`,
  );
}

/** The options with the run's own choice of cells, unless the user makes another one. */
export function withRunSelection<O extends PlanOptions>({ journal }: ResumableRun, options: O): O {
  if ((options.group ?? options.only ?? options.skip) !== undefined) return options;
  const { group, only, skip } = journal.run.asked;
  return { ...options, group, only, skip };
}

/**
 * The part of the run that counts.
 *
 * @throws UserError if the journal contradicts itself
 */
export function restoreRun({ id, journal }: ResumableRun, plan: RunPlan): ResumedRun {
  const restored = restore(plan, journal);
  if (restored.type === 'contradiction') {
    throw new UserError(
      `The journal of run ${id} contradicts itself: ${restored.reason}.\n` +
        '    The whole journal is rejected. Start a new run.',
    );
  }
  return {
    startedAt: new Date(journal.run.startedAt),
    rows: restored.rows,
    journalBytes: journal.bytes,
    retries: journal.retries,
  };
}

/**
 * @param engine undefined to compare only the parts that need no engine
 * @throws UserError that names everything in which the run would not be the same
 */
export async function assertSameRun(
  { id, journal }: ResumableRun,
  plan: RunPlan,
  engine?: EngineDescription,
): Promise<void> {
  const then = journal.run.identity;
  const blank = { name: '', version: '', host: { kernel: '', arch: '', cpus: 0, memory: 0 } };
  const now = await runIdentity(plan, TOOL, engine ?? blank);
  const known = engine ? now : { ...now, engine: then.engine, host: then.host };
  const different = differences(then, known);
  if (different.length === 0) return;
  throw new UserError(
    `Run ${id} cannot be resumed, because its report would mix two different runs:\n` +
      different.map((text) => `    ${text}\n`).join('') +
      'Undo these changes, or start a new run without --resume.',
  );
}

/** Whether a run has nothing left to do: every cell finished, and its report written. */
export function isFinished(
  { journal }: ResumableRun,
  plan: RunPlan,
  { rows }: ResumedRun,
): boolean {
  return (
    journal.complete &&
    journal.published &&
    plan.environments.every(({ id }) => rows.get(id)?.finished)
  );
}
