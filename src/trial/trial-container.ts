/** The containers that a reproduction runs in: the same sandbox for every purpose. Pure. */
import type { UnreadContainer } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Scenario, TrialLimits } from '../model.ts';
import { sandboxVolume, VOLUME, type ScriptFiles } from './sandbox-volume.ts';

/** Settings that all containers of a cell share. */
export interface CellContainer {
  /** The image's id or reference. */
  readonly image: string;
  /** The interpreter inside the image; undefined if it has none. */
  readonly command: string | undefined;
  readonly scenario: Scenario;
  readonly limits: TrialLimits;
  /** CPUs of the trial, such as `0,1`; all if absent. */
  readonly cpuset?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of the trial's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The length of a trial by the contract, while nothing fails. */
export interface TrialRequest extends CellContainer {
  /** Seconds that the reproduction may take. */
  readonly seconds: number;
  /** Exposed calls after which it may stop. */
  readonly calls: number;
  /** Makes its random choices repeatable. */
  readonly seed: number;
}

/** Of the user, emptied before each attempt, which runs in a folder in it. */
const HOME = '/home/matrix';
const HOME_BYTES = 256 * 1024 * 1024;

/** A container of attempts is ended at the latest after this. */
const CONTAINER_SECONDS = 24 * 3600;

/** The environment variables of a script, as in a terminal. */
const TERMINAL_ENV = {
  HOME,
  USER: 'nobody',
  LOGNAME: 'nobody',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  PYTHONUNBUFFERED: '1',
};

/** One trial by the contract. */
export function contractContainer(request: TrialRequest): UnreadContainer {
  const { command, scenario, limits, seconds, calls, seed } = request;
  if (command === undefined) throw new RangeError('A trial by the contract needs an interpreter.');
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
    env: { ...env, ...(command === undefined ? {} : { PYTHON: command }) },
  };
}

/**
 * A container in which attempts.sh runs run.sh, surrounded as a script in a terminal is.
 *
 * @param args for attempts.sh, before those of the scenario
 */
export function attemptsContainer(
  request: CellContainer & ScriptFiles,
  terminal: boolean,
  args: readonly string[],
): UnreadContainer {
  return {
    ...inCell(request, 'attempts'),
    ...inTerminal(request, terminal, [...args, ...request.scenario.args]),
    // Each attempt is limited by itself.
    timeoutSeconds: CONTAINER_SECONDS,
    outputBytes: Number.MAX_SAFE_INTEGER,
  };
}

/** What gives a script the surroundings of a terminal. @param args for attempts.sh */
export function inTerminal(
  { command: python, env, ...files }: Pick<CellContainer, 'command' | 'env'> & ScriptFiles,
  terminal: boolean,
  args: readonly string[],
) {
  return {
    workdir: '/',
    command: ['/bin/sh', `${VOLUME}/attempts.sh`, ...args],
    env: { ...TERMINAL_ENV, ...env, ...(python === undefined ? {} : { PYTHON: python }) },
    surroundings: {
      volume: { path: VOLUME, archive: () => sandboxVolume(files) },
      folder: { path: HOME, bytes: HOME_BYTES },
      terminal,
    },
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
