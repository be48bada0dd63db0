/** A run of the matrix: rows prepared side by side, measured in turns, written down as they come. */
import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { Engine } from '../engine/engine.ts';
import { openImageCache } from '../images/image-cache.ts';
import { containerLabels, LABELS } from '../images/naming.ts';
import { preparation } from '../images/prepare.ts';
import type { Lock } from '../pins/lock-file.ts';
import { lockedPreparation } from '../pins/locked-preparation.ts';
import type { Report } from '../report/schema.ts';
import { assembleReport } from './assemble-report.ts';
import { CpuTurns, divideCpus } from './cpus.ts';
import type { Emit } from './events.ts';
import { JOURNAL_VERSION, type Asked } from './journal-entry.ts';
import { JournalError, journalPath, openJournal } from './journal.ts';
import { measureEnvironment, type MeasuredRow } from './measure-environment.ts';
import type { RunPlan } from './plan.ts';
import type { RestoredRow } from './restore.ts';
import { runIdentity } from './run-identity.ts';

interface RunRequest {
  readonly id: string;
  readonly engine: Engine;
  readonly plan: RunPlan;
  /** The run's own folder, `results/runs/<id>`. */
  readonly folder: string;
  readonly tool: Report['run']['tool'];
  readonly emit: Emit;
  /** The user's selection of cells, for a later resumption. */
  readonly asked?: Asked | undefined;
  /** Makes bases again although the engine has them. */
  readonly refresh: boolean;
  /** Only images with the packages of this lock, and the sha256 of its file. */
  readonly locked?: { readonly lock: Lock; readonly sha256: string } | undefined;
  /** Bases that were made before are made again. */
  readonly basesSince?: Date | undefined;
  /** `registry/name` where other machines put what they made. */
  readonly cache?: string | undefined;
  readonly signal: AbortSignal;
  /** The existing part of a resumed run. */
  readonly resumed?: ResumedRun | undefined;
}

/** A run that is resumed where it stopped. */
export interface ResumedRun {
  readonly startedAt: Date;
  readonly rows: ReadonlyMap<string, RestoredRow>;
  /** Of the part of the journal that is whole. */
  readonly journalBytes: number;
  readonly retries: number;
}

/** Seconds after which a build is given up. */
const BUILD_TIMEOUT_SECONDS = 1800;

/**
 * Environments whose images are prepared at a time: enough that some can wait for the network, or
 * for a shared base, while others use the CPUs. Each is completed before the next begins, so that
 * the first row is ready early.
 */
const PREPARED_AT_A_TIME = 4;

/**
 * Runs the plan and returns its report. An interruption is not an error: finished cells are in the
 * report, and the rest is skipped.
 *
 * @throws FolderError if the reproduction or a recipe that every row needs cannot be read; EngineError
 *   where the engine cannot be used at all; JournalError where the run's folder cannot be written
 */
export async function runMatrix(options: RunRequest): Promise<Report> {
  const { engine, plan, emit, resumed } = options;
  const startedAt = resumed?.startedAt ?? new Date();
  await makeFolder(options.folder);
  const journal = await openJournal(journalPath(options.folder), resumed?.journalBytes);
  // A journal that cannot be written ends the run as an interruption does, so that no container of
  // it is left behind.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  // Each row and each call to the engine listens to it while it lasts, which Node takes for a leak.
  setMaxListeners(0, signal);
  try {
    const identity = await runIdentity(plan, options.tool, engine.description);
    if (resumed) await journal.write({ type: 'resumed', at: new Date().toISOString() });
    else {
      await journal.write({
        type: 'run',
        journal: JOURNAL_VERSION,
        id: options.id,
        startedAt: startedAt.toISOString(),
        asked: options.asked ?? { only: [], skip: [] },
        leftOut: plan.leftOut,
        identity,
      });
    }

    const perTrial = Math.max(...plan.scenarios.map(({ id }) => plan.limitsFor('', id).cpus), 1);
    const cpus = divideCpus(engine.description.host.cpus, perTrial);
    const turns = new CpuTurns(cpus);
    const limit = pLimit(PREPARED_AT_A_TIME);
    emit({
      type: 'run-started',
      id: options.id,
      engine: `${engine.description.name} ${engine.description.version}, ${engine.description.endpoint}`,
      environments: plan.environments.length,
      cells: plan.environments.length * plan.scenarios.length,
    });
    const cache =
      options.cache === undefined
        ? undefined
        : openImageCache({
            engine,
            repository: options.cache,
            signal,
            notify: (text) => {
              emit({ type: 'notice', text });
            },
          });
    const prepareAnything = await preparation({
      ...plan,
      engine,
      work: {
        emit,
        slot: (work) => turns.build(work),
        cpuset: cpus.shared ? undefined : cpus.builds.join(','),
        signal,
        refresh: options.refresh,
        basesSince: options.basesSince,
        cache,
        timeoutSeconds: BUILD_TIMEOUT_SECONDS,
      },
    });
    const labels = containerLabels({ [LABELS.run]: options.id });
    const { memoryBytes, pids } = plan.limitsFor('', '');
    const prepare = options.locked
      ? lockedPreparation({
          engine,
          signal,
          prepare: prepareAnything,
          lock: options.locked.lock,
          home: plan.home,
          cache,
          limits: { labels, memoryBytes, pids },
        })
      : prepareAnything;
    const measured = await Promise.allSettled(
      plan.environments.map(async (environment) => {
        try {
          return await measureEnvironment(environment, {
            engine,
            plan,
            prepare: (wanted) => limit(() => prepare(wanted)),
            turns,
            journal,
            emit,
            labels,
            signal,
            restored: resumed?.rows ?? new Map<string, RestoredRow>(),
          });
        } catch (error) {
          broken.abort();
          throw error;
        }
      }),
    );
    const rows = measured.map((row): MeasuredRow => {
      if (row.status === 'rejected') throw row.reason;
      return row.value;
    });
    const complete = !options.signal.aborted;
    const retries = engine.retries();
    await journal.write({ type: 'end', complete, retries });
    return assembleReport({
      id: options.id,
      startedAt,
      finishedAt: new Date(),
      complete,
      tool: options.tool,
      engine: engine.description,
      plan,
      reproduction: identity.reproduction,
      lock: options.locked ? { sha256: options.locked.sha256 } : null,
      rows,
      retries: retries + (resumed?.retries ?? 0),
    });
  } finally {
    await journal.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new JournalError(`${folder} cannot be made`, error);
  }
}
