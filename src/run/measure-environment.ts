/** One row: its image, its facts, then its cells, each control before what it controls. */
import type { Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Prepare } from '../images/prepare.ts';
import { probe } from '../images/probe.ts';
import type { Cell, Environment, EnvironmentFacts, ReportEnvironment, Scenario } from '../model.ts';
import type { ControlState } from '../verdict/decide.ts';
import type { CpuTurns } from './cpus.ts';
import type { Emit } from './events.ts';
import type { Journal } from './journal.ts';
import { measureCell, unmeasuredCell, type CellRequest } from './measure-cell.ts';
import { scenariosInOrder, type RunPlan } from './plan.ts';

export interface RowContext {
  readonly engine: Engine;
  readonly plan: RunPlan;
  readonly prepare: Prepare;
  readonly turns: CpuTurns;
  readonly journal: Journal;
  readonly emit: Emit;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface Row {
  readonly environment: ReportEnvironment;
  readonly cells: readonly Cell[];
}

/** Measures a row. What goes wrong on the way is in its cells; it throws only for bugs. */
export async function measureEnvironment(
  environment: Environment,
  context: RowContext,
): Promise<Row> {
  const { engine, plan, prepare, turns, labels, signal, emit } = context;
  const { id } = environment;
  const scenarios = scenariosInOrder(plan, id);
  const prepared = await prepare(environment);
  if (prepared.type !== 'ready') {
    const [verdict, reason] =
      prepared.type === 'failed'
        ? (['error', prepared.reason] as const)
        : prepared.type === 'unavailable'
          ? (['skipped', prepared.reason] as const)
          : (['skipped', 'the run was interrupted'] as const);
    return { environment: { id }, cells: unmeasured(context, id, scenarios, verdict, reason) };
  }
  const image = {
    id: prepared.image.id,
    fingerprint: prepared.image.fingerprint,
    source: prepared.image.source,
  };
  return turns.trial(async (cpuset) => {
    if (signal.aborted) {
      const reason = 'the run was interrupted';
      return {
        environment: { id, image },
        cells: unmeasured(context, id, scenarios, 'skipped', reason),
      };
    }
    emit({ type: 'environment-started', environment: id });
    const limits = plan.limitsFor(id, scenarios[0]?.id ?? '');
    const rowLabels = { ...labels, [LABELS.environment]: id };
    const probed = await probe(
      engine,
      image.id,
      environment.python.command,
      environment.malloc?.name ?? 'default',
      { labels: rowLabels, memoryBytes: limits.memoryBytes, pids: limits.pids },
      signal,
    );
    if (probed.type !== 'facts') {
      const cells =
        probed.type === 'cancelled'
          ? unmeasured(context, id, scenarios, 'skipped', 'the run was interrupted')
          : unmeasured(context, id, scenarios, 'error', probed.reason);
      return { environment: { id, image }, cells };
    }
    const row = { id, ...probed.facts, image };
    if (probed.untraceable !== null && plan.needsStrace) {
      // Said before any trial, since a pass in an image that could not show a failure is worth less
      // than it looks.
      const cells = unmeasured(context, id, scenarios, 'error', probed.untraceable);
      return { environment: row, cells };
    }
    emit({ type: 'environment-probed', environment: id, facts: probed.facts });
    const env = programPaths(plan.programs, probed.facts.libc.name);
    const seat = { image: image.id, cpuset, labels: rowLabels, env };
    const cells = await measureCells(environment, scenarios, seat, context);
    context.journal.write({ type: 'environment', environment: row });
    return { environment: row, cells };
  });
}

async function measureCells(
  environment: Environment,
  scenarios: readonly Scenario[],
  seat: Pick<CellRequest, 'image' | 'cpuset' | 'labels' | 'env'>,
  { engine, plan, journal, emit, signal }: RowContext,
): Promise<readonly Cell[]> {
  const { id } = environment;
  const cells = new Map<string, Cell>();
  for (const scenario of scenarios) {
    emit({ type: 'cell-started', environment: id, scenario: scenario.id });
    const cell = await measureCell(
      engine,
      {
        ...seat,
        environment: id,
        scenario,
        command: environment.python.command,
        ...(plan.protocol === undefined ? {} : { protocol: plan.protocol }),
        ...(plan.rerunOptions === undefined ? {} : { rerunOptions: plan.rerunOptions }),
        traces: plan.needsStrace,
        rule: plan.ruleFor(id, scenario.id),
        limits: plan.limitsFor(id, scenario.id),
        expected: plan.expectedFor(id, scenario.id),
        control: controlState(scenario, cells),
        onTrial: (observation) => {
          journal.write({ type: 'trial', environment: id, scenario: scenario.id, observation });
          emit({ type: 'trial-finished', environment: id, scenario: scenario.id, observation });
        },
      },
      signal,
    );
    cells.set(scenario.id, cell);
    journal.write({ type: 'cell', cell });
    emit({ type: 'cell-finished', cell });
  }
  return [...cells.values()];
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

/** What the cells measured so far say of a scenario's control. */
export function controlState(scenario: Scenario, cells: ReadonlyMap<string, Cell>): ControlState {
  if (scenario.control === undefined) return { type: 'none' };
  const control = cells.get(scenario.control);
  if (!control) {
    return { type: 'unusable', verdict: 'error', reason: `${scenario.control} was not measured` };
  }
  if (control.verdict === 'pass') return { type: 'clean' };
  const why =
    control.reason ?? `${control.failures} of ${control.calls} calls failed without any change`;
  return { type: 'unusable', verdict: control.verdict, reason: why };
}

function unmeasured(
  { plan, journal, emit }: RowContext,
  environment: string,
  scenarios: readonly Scenario[],
  verdict: 'error' | 'skipped',
  reason: string,
): readonly Cell[] {
  return scenarios.map((scenario) => {
    const cell = unmeasuredCell(
      environment,
      scenario,
      verdict,
      reason,
      plan.expectedFor(environment, scenario.id),
      plan.ruleFor(environment, scenario.id),
      plan.rerunOptions,
    );
    journal.write({ type: 'cell', cell });
    emit({ type: 'cell-finished', cell });
    return cell;
  });
}
