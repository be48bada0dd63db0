/** Programs as a user starts them, bin/matrix above all, for every test that needs one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MATRIX = fileURLToPath(new URL('../../bin/matrix', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Sees standard error so far, each time that there is more of it. */
export type Watch = (printed: string, child: ChildProcess) => void;

/** The environment without what would lead to another engine. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DOCKER_')),
  );
}

/**
 * Starts a program without the variables of a CI system or a terminal.
 *
 * @param folder where it is started
 * @param env in addition to what this process has
 */
export function start(
  program: string,
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  watch: Watch = () => undefined,
): Started {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...plainEnvironment(), GITHUB_ACTIONS: '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      watch(stderr, child);
    });
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve({ status, signal, stdout, stderr });
    });
  });
  return { child, ended };
}

/** Starts bin/matrix. */
export function startProgram(
  folder: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
  watch?: Watch,
): Started {
  return start(MATRIX, folder, args, env, watch);
}

/** Runs bin/matrix to its end. */
export function runProgram(...started: Parameters<typeof startProgram>): Promise<Ended> {
  return startProgram(...started).ended;
}

/** Runs a script of this repository to its end. */
export function runScript(
  script: string,
  folder: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended> {
  const tsx = ['--import', import.meta.resolve('tsx')];
  return start(process.execPath, folder, [...tsx, script, ...args], env).ended;
}
