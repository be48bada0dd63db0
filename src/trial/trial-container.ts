/** The containers that a reproduction runs in: the same sandbox, whatever is asked of it. Pure. */
import type { UnreadContainer } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Scenario, TrialLimits } from '../model.ts';

/** What all containers of a cell have in common. */
export interface CellContainer {
  /** The image's id or reference. */
  readonly image: string;
  /** The interpreter inside the image. */
  readonly command: string;
  readonly scenario: Scenario;
  readonly limits: TrialLimits;
  /** CPUs of the trial, such as `0,1`; all where absent. */
  readonly cpuset?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of the trial's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** How far a trial by the contract goes while nothing fails. */
export interface TrialRequest extends CellContainer {
  /** Seconds that the reproduction may take. */
  readonly seconds: number;
  /** Exposed calls after which it may stop. */
  readonly calls: number;
  /** Makes its random choices repeatable. */
  readonly seed: number;
}

/** One trial by the contract. */
export function contractContainer(request: TrialRequest): UnreadContainer {
  const { command, scenario, limits, seconds, calls, seed } = request;
  return {
    ...inCell(request, 'trial'),
    command: [
      command,
      '/reproduction/reproduce.py',
      ...scenario.args,
      '--threads',
      String(limits.threads),
      '--seconds',
      seconds.toFixed(2),
      '--calls',
      String(calls),
      '--seed',
      String(seed),
      '--json',
    ],
  };
}

/** One run of run.sh, for which `PYTHON` is the row's interpreter. */
export function scriptContainer(
  request: CellContainer,
  purpose = 'trial',
  args: readonly string[] = [],
): UnreadContainer {
  const { command, scenario, env } = request;
  return {
    ...inCell(request, purpose),
    command: ['./run.sh', ...scenario.args, ...args],
    env: { ...env, PYTHON: command },
  };
}

function inCell(request: CellContainer, purpose: string): Omit<UnreadContainer, 'command'> {
  const { image, env, labels, scenario, cpuset, limits } = request;
  return {
    image,
    env,
    workdir: '/reproduction',
    labels: { ...labels, [LABELS.name]: `${purpose} ${scenario.id}` },
    cpuset,
    memoryBytes: limits.memoryBytes,
    pids: limits.pids,
    timeoutSeconds: limits.timeoutSeconds,
    outputBytes: limits.outputBytes,
  };
}
