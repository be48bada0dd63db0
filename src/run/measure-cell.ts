/** One cell: trials until the stopping rule has enough, then the evidence. */
import type { Engine } from '../engine/engine.ts';
import type { Scenario, StoppingRule, Verdict } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Cell } from '../report/schema.ts';
import type { Protocol } from '../reproduction/manifest.ts';
import { describeFailure, traceFailure } from '../trial/evidence.ts';
import { runScript, runTrial } from '../trial/run-trial.ts';
import type { CellContainer } from '../trial/trial-container.ts';
import { toCell } from '../verdict/cell.ts';
import { decide, type ControlState, type Decision } from '../verdict/decide.ts';
import { tally } from '../verdict/tally.ts';

export interface CellRequest extends CellContainer {
  readonly environment: string;
  /** How the reproduction says what it saw; by the trial contract where absent. */
  readonly protocol?: Protocol | undefined;
  /** What its `rerun` needs besides the ids, after a space. */
  readonly rerunOptions?: string | undefined;
  /** False where it gives no evidence by strace. */
  readonly traces?: boolean;
  readonly rule: StoppingRule;
  readonly expected: Verdict | null;
  readonly control: ControlState;
  /** Trials that an earlier part of the run made of this cell, in the same image. */
  readonly before?: readonly Observation[] | undefined;
  /** Called with each observation; the next trial starts when it is done with it. */
  readonly onTrial: (observation: Observation) => Promise<void> | void;
}

/** The command that measures a cell again and shows everything. */
export function rerunCommand(environment: string, scenario: string, options = ''): string {
  return `bin/matrix rerun ${environment} ${scenario}${options}`;
}

/** What a cell's trials came to. */
export interface Decided {
  readonly decision: Extract<Decision, { type: 'stop' }>;
  readonly observations: readonly Observation[];
}

/** Runs fresh trials until the stopping rule has enough, or the run is interrupted. */
export async function trialsUntilDecided(
  engine: Engine,
  request: CellRequest,
  signal: AbortSignal,
): Promise<Decided> {
  const { rule, limits, protocol = { type: 'contract' } } = request;
  const observations: Observation[] = [...(request.before ?? [])];
  for (;;) {
    const decision = decide(rule, observations, request.control);
    if (decision.type === 'stop') return { decision, observations };
    const planned = observations.length === 0 ? limits.seconds.first : limits.seconds.next;
    const observation =
      protocol.type === 'contract'
        ? await runTrial(
            engine,
            {
              ...request,
              seconds: Math.min(planned, Math.max(decision.seconds, 0.1)),
              calls: decision.missing,
              seed: Math.floor(Math.random() * 2 ** 31),
            },
            signal,
          )
        : await runScript(engine, request, protocol, signal);
    if (observation.type === 'problem' && observation.problem === 'interrupted') {
      const reason = 'the run was interrupted';
      return { decision: { type: 'stop', verdict: 'skipped', reason }, observations };
    }
    observations.push(observation);
    await request.onTrial(observation);
  }
}

/** Measures a cell. It never throws for what goes wrong in a trial: that is the cell's verdict. */
export async function measureCell(
  engine: Engine,
  request: CellRequest,
  signal: AbortSignal,
): Promise<Cell> {
  const { environment, scenario, rule } = request;
  const { decision, observations } = await trialsUntilDecided(engine, request, signal);
  const samples = tally(observations).samples.slice(0, 3).map(describeFailure);
  const traced =
    decision.verdict === 'fail' && request.traces !== false && !signal.aborted
      ? await traceFailure(engine, request, signal)
      : [];
  const said = observations.flatMap((one) => (one.type === 'completed' ? (one.notes ?? []) : []));
  return toCell({
    environment,
    scenario: scenario.id,
    verdict: decision.verdict,
    reason: decision.reason,
    expected: request.expected,
    rule,
    observations,
    evidence: said.length > 0 ? said : [...traced, ...samples],
    rerun: rerunCommand(environment, scenario.id, request.rerunOptions),
  });
}

/** A cell that was not measured at all. */
export function unmeasuredCell(
  environment: string,
  scenario: Scenario,
  verdict: 'error' | 'skipped',
  reason: string,
  expected: Verdict | null,
  rule: StoppingRule,
  rerunOptions?: string,
): Cell {
  return toCell({
    environment,
    scenario: scenario.id,
    verdict,
    reason,
    expected,
    rule,
    observations: [],
    evidence: [],
    rerun: rerunCommand(environment, scenario.id, rerunOptions),
  });
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
