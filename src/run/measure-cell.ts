/** One cell: trials until the stopping rule is met, then the evidence. */
import type { Engine } from '../engine/engine.ts';
import type { Scenario, StoppingRule, Verdict } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Cell } from '../report/schema.ts';
import { describeFailure, traceRun } from '../trial/evidence.ts';
import { Attempts, type ScriptSetting } from '../trial/attempts.ts';
import { runTrial } from '../trial/run-trial.ts';
import type { CellContainer } from '../trial/trial-container.ts';
import { toCell } from '../verdict/cell.ts';
import { decide, type ControlState, type Decision } from '../verdict/decide.ts';
import { withWitness } from '../verdict/witness.ts';
import { tally } from '../verdict/tally.ts';
import { rerunCommandLine, type RunPlan } from './plan.ts';

export interface CellRequest extends CellContainer {
  readonly environment: string;
  /** Present for a reproduction that is a script; absent for one that uses the trial contract. */
  readonly script?: ScriptSetting | undefined;
  /** The command that measures it again. */
  readonly rerun: string;
  /** False if it gives no evidence by strace. */
  readonly traces?: boolean;
  readonly rule: StoppingRule;
  readonly expected: Verdict | null;
  readonly control: ControlState;
  /** Trials that an earlier part of the run made of this cell, in the same image. */
  readonly before?: readonly Observation[] | undefined;
  /** Called with each observation; the next trial starts when it is done with it. */
  readonly onTrial: (observation: Observation) => Promise<void> | void;
}

/** The result of a cell's trials. */
interface Decided {
  readonly decision: Extract<Decision, { type: 'stop' }>;
  readonly observations: readonly Observation[];
}

/** Runs fresh trials until the stopping rule has enough, or the run is interrupted. */
export async function trialsUntilDecided(
  engine: Engine,
  request: CellRequest,
  signal: AbortSignal,
): Promise<Decided> {
  const { rule, limits, script } = request;
  const attempts = script && new Attempts(engine, { ...request, ...script }, signal);
  const observations: Observation[] = [...(request.before ?? [])];
  try {
    for (;;) {
      const decision = decide(rule, observations, request.control);
      if (decision.type === 'stop') return { decision, observations };
      const planned = observations.length === 0 ? limits.seconds.first : limits.seconds.next;
      const observation = attempts
        ? await attempts.next(decision.missing)
        : await runTrial(
            engine,
            {
              ...request,
              seconds: Math.min(planned, Math.max(decision.seconds, 0.1)),
              calls: decision.missing,
              seed: Math.floor(Math.random() * 2 ** 31),
            },
            signal,
          );
      if (observation.type === 'problem' && observation.problem === 'interrupted') {
        const reason = 'the run was interrupted';
        return { decision: { type: 'stop', verdict: 'skipped', reason }, observations };
      }
      observations.push(observation);
      await request.onTrial(observation);
    }
  } finally {
    await attempts?.close();
  }
}

/** Verdicts of cells whose trials ran: a skipped cell or an error needs no witness. */
const TRACED: readonly Verdict[] = ['pass', 'fail', 'inconclusive'];

/** Measures a cell. It never throws for a failed trial: that is the cell's verdict. */
export async function measureCell(
  engine: Engine,
  request: CellRequest,
  signal: AbortSignal,
): Promise<Cell> {
  const { environment, scenario, rule } = request;
  const { decision, observations } = await trialsUntilDecided(engine, request, signal);
  const samples = tally(observations).samples.slice(0, 3).map(describeFailure);
  const traced =
    TRACED.includes(decision.verdict) && request.traces !== false && !signal.aborted
      ? await traceRun(engine, request, decision.verdict === 'fail', signal)
      : undefined;
  const judged = withWitness(decision, traced?.witness, scenario.control === undefined);
  const notes = observations.flatMap((one) => (one.type === 'completed' ? (one.notes ?? []) : []));
  return toCell({
    environment,
    scenario: scenario.id,
    verdict: judged.verdict,
    reason: judged.reason,
    expected: request.expected,
    rule,
    observations,
    strace: traced?.witness,
    evidence: notes.length > 0 ? notes : [...(traced?.lines ?? []), ...samples],
    rerun: request.rerun,
  });
}

/** A cell of a run that was not measured at all. */
export function unmeasuredCell(
  plan: RunPlan,
  environment: string,
  scenario: string,
  verdict: Verdict,
  reason: string,
): Cell {
  return toCell({
    environment,
    scenario,
    verdict,
    reason,
    expected: plan.expectedFor(environment, scenario),
    rule: plan.ruleFor(environment, scenario),
    observations: [],
    evidence: [],
    rerun: rerunCommandLine(plan, environment, scenario),
  });
}

/** The state of a scenario's control, from the cells measured so far. */
export function controlStateOf(scenario: Scenario, cells: ReadonlyMap<string, Cell>): ControlState {
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
