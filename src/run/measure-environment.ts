/** One row: its image, its facts, then its cells, each control before what it controls. */
import type { ContainerLimits, Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Prepare } from '../images/prepare.ts';
import { emulatedRows } from '../analysis/emulation.ts';
import { lookIntoImage, type GivenImage } from '../images/given-image.ts';
import { probe } from '../images/probe.ts';
import type { Environment, EnvironmentFacts, Scenario } from '../model.ts';
import type { Cell, ReportEnvironment } from '../report/schema.ts';
import type { CpuTurns } from './cpus.ts';
import type { Emit } from './events.ts';
import type { Journal } from './journal.ts';
import type { ScriptSetting } from '../trial/attempts.ts';
import type { Interpreter } from '../trial/sandbox-volume.ts';
import { controlStateOf, measureCell, unmeasuredCell, type CellRequest } from './measure-cell.ts';
import { rerunCommandLine, scenariosInOrder, type RunPlan } from './plan.ts';
import { sameImage } from './read-journal.ts';
import type { RestoredRow } from './restore.ts';

interface RowContext {
  readonly engine: Engine;
  readonly plan: RunPlan;
  readonly prepare: Prepare;
  readonly turns: CpuTurns;
  readonly journal: Journal;
  readonly emit: Emit;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The results of an earlier part of the run, by environment. */
  readonly restored: ReadonlyMap<string, RestoredRow>;
}

export interface MeasuredRow {
  readonly environment: ReportEnvironment;
  readonly cells: readonly Cell[];
}

/**
 * Measures a row. A failure is recorded in its cells.
 *
 * @throws JournalError if the journal cannot be written; besides that only for bugs
 */
export async function measureEnvironment(
  environment: Environment,
  context: RowContext,
): Promise<MeasuredRow> {
  const { plan, prepare, turns, labels, signal, emit } = context;
  const { id } = environment;
  const scenarios = scenariosInOrder(plan);
  const restored = context.restored.get(id);
  if (restored?.finished) {
    // All of it was measured in one image, whichever the engine has today.
    const cells = scenarios.flatMap((scenario) => restored.cells.get(scenario.id) ?? []);
    for (const cell of cells) emit({ type: 'cell-finished', cell });
    return { environment: restored.environment, cells };
  }
  const unmeasuredAs = (row: ReportEnvironment, outcome: Unmeasured) =>
    unmeasured(context, row, scenarios, outcome);
  const prepared = await prepare(environment);
  if (prepared.type !== 'ready') return await unmeasuredAs({ id }, prepared);
  const image = {
    id: prepared.image.id,
    fingerprint: prepared.image.fingerprint,
    source: prepared.image.source,
  };
  const rowLabels = { ...labels, [LABELS.environment]: id };
  const look = () =>
    lookInto(environment, { image, emulated: prepared.emulated }, rowLabels, context);
  // Short runs of a script would wait for the checks of other rows, which need no dedicated CPUs.
  const early = plan.scriptFolder && !signal.aborted ? await turns.build(look) : undefined;
  return turns.trial(async (cpuset) => {
    if (signal.aborted) return await unmeasuredAs({ id, image }, { type: 'cancelled' });
    const { row, ...seen } = early ?? (await look());
    if (seen.type === 'unmeasured') return await unmeasuredAs(row, seen.outcome);
    if (seen.facts) emit({ type: 'environment-probed', environment: id, facts: seen.facts });
    const kept = await keep(row, restored, context.journal);
    await context.journal.write({ type: 'row', environment: row });
    const container = { ...seen.container, image: image.id, cpuset, labels: rowLabels };
    // No emulator lets a program trace another one.
    const traces = plan.needsStrace && row.emulated !== true;
    const cells = await measureCells(
      environment,
      scenarios,
      { ...container, traces },
      kept,
      context,
    );
    return { environment: row, cells };
  });
}

/** The data that all cells of a row share. */
type RowContainer = Pick<
  CellRequest,
  'image' | 'cpuset' | 'labels' | 'env' | 'script' | 'command' | 'traces'
>;

/** The facts of an image, or why nothing can be measured in it. */
type Look = { readonly row: ReportEnvironment } & (
  | {
      readonly type: 'seen';
      readonly container: Pick<RowContainer, 'command' | 'env' | 'script'>;
      /** Of an image with a Python. */
      readonly facts?: EnvironmentFacts;
    }
  | { readonly type: 'unmeasured'; readonly outcome: Unmeasured }
);

async function lookInto(
  environment: Environment,
  {
    image,
    emulated: known,
  }: {
    readonly image: NonNullable<ReportEnvironment['image']>;
    /** Undefined if only measuring the row can show it. */
    readonly emulated: boolean | undefined;
  },
  labels: RowContainer['labels'],
  { engine, plan, signal }: RowContext,
): Promise<Look> {
  const { id } = environment;
  const { memoryBytes, pids } = plan.limitsFor(id, scenariosInOrder(plan)[0]?.id ?? '');
  const limits: ContainerLimits = { labels, memoryBytes, pids };
  const emulated = (arch: string | undefined) => {
    const isEmulated =
      known ?? emulatedRows([{ id, arch }], engine.description.host.arch).length > 0;
    return isEmulated ? { emulated: true } : {};
  };
  const unmeasured = (row: ReportEnvironment, outcome: Unmeasured): Look => ({
    type: 'unmeasured',
    row,
    outcome,
  });
  const interpreter: GivenImage =
    environment.image === undefined
      ? { type: 'python', command: environment.python.command }
      : await lookIntoImage(engine, image.id, limits, signal);
  if (interpreter.type !== 'python' && interpreter.type !== 'no-python') {
    return unmeasured({ id, image }, interpreter);
  }
  if (interpreter.type === 'no-python') {
    const env = programPaths(plan.programs, interpreter.facts.libc?.name ?? 'glibc');
    const script = scriptSettingOf(plan, environment, undefined);
    const row = { id, ...interpreter.facts, ...emulated(interpreter.facts.arch), image };
    return { type: 'seen', row, container: { command: undefined, env, script } };
  }
  const { command } = interpreter;
  const malloc = environment.malloc?.name ?? 'default';
  const probed = await probe(engine, image.id, command, malloc, limits, signal);
  if (probed.type !== 'facts') return unmeasured({ id, image }, probed);
  const { facts, archives } = probed;
  const row: ReportEnvironment = {
    id,
    ...facts,
    ...emulated(facts.arch),
    image: archives.length > 0 ? { ...image, archives } : image,
  };
  const { platform } = environment.base;
  if (platform !== undefined && facts.platform.name !== platform) {
    const reason = `the image is for ${facts.platform.name}, not for ${platform}`;
    return unmeasured(row, { type: 'failed', reason });
  }
  if (probed.untraceable !== null && plan.needsStrace && row.emulated !== true) {
    // Reported before any trial, because a pass is worth less in an image that could not show a
    // failure.
    return unmeasured(row, { type: 'failed', reason: probed.untraceable });
  }
  const env = programPaths(plan.programs, facts.libc.name);
  const script = scriptSettingOf(plan, environment, probed.executable);
  return { type: 'seen', row, facts, container: { command, env, script } };
}

/**
 * The results of an earlier part of the run that count in this row: none if its image has changed,
 * because no row may mix two images. Other results are struck out in the journal before anything is
 * added.
 */
async function keep(
  row: ReportEnvironment,
  restored: RestoredRow | undefined,
  journal: Journal,
): Promise<RestoredRow | undefined> {
  if (!restored) return undefined;
  if (!sameImage(restored.environment, row)) {
    const reason = 'the image changed since the row was measured';
    await journal.write({ type: 'anew', environment: row.id, reason });
    return undefined;
  }
  for (const [scenario, reason] of restored.discarded) {
    await journal.write({ type: 'anew', environment: row.id, scenario, reason });
  }
  return restored;
}

async function measureCells(
  environment: Environment,
  scenarios: readonly Scenario[],
  container: RowContainer,
  restored: RestoredRow | undefined,
  { engine, plan, journal, emit, signal }: RowContext,
): Promise<readonly Cell[]> {
  const { id } = environment;
  const cells = new Map<string, Cell>();
  for (const scenario of scenarios) {
    const finished = restored?.cells.get(scenario.id);
    if (finished) {
      cells.set(scenario.id, finished);
      emit({ type: 'cell-finished', cell: finished });
      continue;
    }
    emit({ type: 'cell-started', environment: id, scenario: scenario.id });
    const cell = await measureCell(
      engine,
      {
        ...container,
        environment: id,
        scenario,
        rerun: rerunCommandLine(plan, id, scenario.id),
        rule: plan.ruleFor(id, scenario.id),
        limits: plan.limitsFor(id, scenario.id),
        expected: plan.expectedFor(id, scenario.id),
        control: controlStateOf(scenario, cells),
        before: restored?.trials.get(scenario.id),
        onTrial: async (observation) => {
          // The record is on the disk before it is shown.
          const trial = { environment: id, scenario: scenario.id, observation };
          await journal.write({ type: 'trial', ...trial });
          emit({ type: 'trial-finished', ...trial });
        },
      },
      signal,
    );
    cells.set(scenario.id, cell);
    await journalCell(journal, cell, signal);
    emit({ type: 'cell-finished', cell });
  }
  return [...cells.values()];
}

/** A script's surroundings in a row; undefined for a reproduction that uses the trial contract. */
export function scriptSettingOf(
  { protocol, scriptFolder, onLine }: RunPlan,
  { malloc, python }: Environment,
  executable: string | undefined,
): ScriptSetting | undefined {
  if (protocol?.type !== 'script' || !scriptFolder) return undefined;
  const setting = { folder: scriptFolder, protocol, onLine };
  if (executable === undefined) return { ...setting, interpreter: undefined };
  const interpreter: Interpreter = malloc
    ? { type: 'command', command: python.command }
    : { type: 'path', path: executable };
  return { ...setting, interpreter };
}

/**
 * Where a row's own builds of the reproduction's programs are, in a variable named by each:
 * `c-system.c` is `C_SYSTEM`.
 */
export function programPaths(
  programs: readonly string[],
  libc: EnvironmentFacts['libc']['name'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    programs.map((source) => {
      const name = source.replace(/\.c$/, '');
      const variable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
      return [variable, `/reproduction/${name}.${libc}`];
    }),
  );
}

/**
 * An interrupted run records no more cells. A resumption decides an unfinished cell from its
 * recorded trials, and collects its evidence.
 */
async function journalCell(journal: Journal, cell: Cell, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await journal.write({ type: 'cell', cell });
}

/** Why a row is not measured: what failed makes its cells errors, the rest leaves them out. */
type Unmeasured =
  | { readonly type: 'failed' | 'unavailable'; readonly reason: string }
  | { readonly type: 'cancelled' };

/**
 * A row that cannot be measured now. Its cells that an earlier part of the run finished stay, with
 * the image that they were measured in.
 */
async function unmeasured(
  { plan, journal, emit, signal, restored: all }: RowContext,
  environment: ReportEnvironment,
  scenarios: readonly Scenario[],
  outcome: Unmeasured,
): Promise<MeasuredRow> {
  const { id } = environment;
  const verdict = outcome.type === 'failed' ? 'error' : 'skipped';
  const reason = outcome.type === 'cancelled' ? 'the run was interrupted' : outcome.reason;
  const restored = all.get(id);
  const cells = scenarios.map(
    (scenario) =>
      restored?.cells.get(scenario.id) ?? unmeasuredCell(plan, id, scenario.id, verdict, reason),
  );
  // If an earlier part has trials of the cell, they decide its verdict.
  const isNew = ({ scenario }: Cell) =>
    !restored?.cells.has(scenario) &&
    !restored?.trials.has(scenario) &&
    !restored?.discarded.has(scenario);
  await Promise.all(cells.filter(isNew).map((cell) => journalCell(journal, cell, signal)));
  for (const cell of cells) emit({ type: 'cell-finished', cell });
  const isKept = restored !== undefined && restored.cells.size > 0;
  return { environment: isKept ? restored.environment : environment, cells };
}
