/** A run of the matrix: rows prepared side by side, measured in turns, written down as they come. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Engine } from '../engine/engine.ts';
import { imageCache } from '../images/image-cache.ts';
import { LABELS } from '../images/naming.ts';
import { preparation } from '../images/prepare.ts';
import type { Report } from '../model.ts';
import { assembleReport } from './assemble-report.ts';
import { CpuTurns, divideCpus } from './cpus.ts';
import type { Emit } from './events.ts';
import { openJournal } from './journal.ts';
import { measureEnvironment, type Row } from './measure-environment.ts';
import type { RunPlan } from './plan.ts';

export interface RunOptions {
  readonly id: string;
  readonly engine: Engine;
  readonly plan: RunPlan;
  /** The run's own folder, `results/runs/<id>`. */
  readonly folder: string;
  readonly tool: Report['run']['tool'];
  readonly emit: Emit;
  /** Makes bases anew although the engine has them. */
  readonly refresh: boolean;
  /** Bases that were made before are made anew. */
  readonly basesSince?: Date;
  /** `registry/name` where other machines put what they made. */
  readonly cache?: string;
  readonly signal: AbortSignal;
}

/** Seconds after which a build is given up. */
const BUILD_TIMEOUT_SECONDS = 1800;

/**
 * Environments whose images are made at a time: enough that one waits for the network, or for a base
 * that another one makes, while others use the CPUs. Each goes through to its end before the next
 * begins, so that the first row is there early.
 */
const PREPARED_AT_A_TIME = 4;

/**
 * Runs the plan and returns its report. An interruption is not an error: what was measured until
 * then is in the report, and the rest is skipped.
 *
 * @throws RecipeError where a recipe that every row needs cannot be read; EngineError where the
 *   engine cannot be used at all; a system error where the run's folder cannot be written
 */
export async function runMatrix(options: RunOptions): Promise<Report> {
  const { engine, plan, emit, signal } = options;
  const startedAt = new Date();
  await mkdir(options.folder, { recursive: true });
  const journal = openJournal(join(options.folder, 'journal.jsonl'));
  journal.write({
    type: 'run',
    run: { id: options.id, startedAt: startedAt.toISOString(), matrix: plan.matrix },
  });

  const perTrial = Math.max(...plan.scenarios.map(({ id }) => plan.limitsFor('', id).cpus), 1);
  const cpus = divideCpus(engine.description.host.cpus, perTrial);
  const turns = new CpuTurns(cpus);
  const limit = pLimit(PREPARED_AT_A_TIME);
  emit({
    type: 'run-started',
    id: options.id,
    engine: `${engine.description.name} ${engine.description.version}, ${engine.description.endpoint}`,
    environments: plan.environments.map(({ id }) => id),
    scenarios: plan.scenarios.map(({ id }) => id),
    cells: plan.environments.reduce(
      (sum, { id }) =>
        sum + plan.scenarios.filter((scenario) => plan.includes(id, scenario.id)).length,
      0,
    ),
    slots: cpus.slots.length,
  });
  const cacheAt = (repository: string) =>
    imageCache({
      ...{ engine, repository, signal },
      notify: (text) => {
        emit({ type: 'notice', text });
      },
    });
  try {
    const prepare = await preparation({
      engine,
      work: {
        emit,
        slot: (work) => turns.build(work),
        ...(cpus.shared ? {} : { cpuset: cpus.builds.join(',') }),
        signal,
        refresh: options.refresh,
        ...(options.basesSince === undefined ? {} : { basesSince: options.basesSince }),
        ...(options.cache === undefined ? {} : { cache: cacheAt(options.cache) }),
        timeoutSeconds: BUILD_TIMEOUT_SECONDS,
      },
      recipes: plan.recipes,
      reproduction: plan.reproduction,
      packages: plan.packages,
      programs: plan.programs,
      compileOn: plan.compileOn,
    });
    const labels = { [LABELS.ours]: 'container', [LABELS.run]: `${options.id}:${process.pid}` };
    const rows: readonly Row[] = await Promise.all(
      plan.environments.map((environment) =>
        measureEnvironment(environment, {
          engine,
          plan,
          prepare: (wanted) => limit(() => prepare(wanted)),
          turns,
          journal,
          emit,
          labels,
          signal,
        }),
      ),
    );
    journal.write({ type: 'end', complete: !signal.aborted });
    const report = assembleReport({
      id: options.id,
      startedAt,
      finishedAt: new Date(),
      complete: !signal.aborted,
      tool: options.tool,
      engine: engine.description,
      plan,
      rows,
    });
    emit({ type: 'run-finished', report });
    return report;
  } finally {
    journal.close();
  }
}
