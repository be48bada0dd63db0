/** Installs what a fresh Debian machine lacks: the engine, and what bootstraps bases. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A package and the program that shows that it is there. */
interface Wanted {
  readonly package: string;
  readonly program: string;
}

export const ENGINE_PACKAGE: Wanted = { package: 'docker.io', program: 'dockerd' };
export const BOOTSTRAP_PACKAGE: Wanted = { package: 'mmdebstrap', program: 'mmdebstrap' };

export type InstallOutcome =
  | { readonly type: 'installed' }
  /** The machine has no apt-get, or we are not root there. */
  | { readonly type: 'not-possible'; readonly reason: string }
  | { readonly type: 'failed'; readonly reason: string };

/** Those of the packages whose program is on the PATH of `env` nowhere. */
export async function missingPackages(
  wanted: readonly Wanted[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const present = await Promise.all(wanted.map(({ program }) => onPath(program, env)));
  return wanted.filter((_, index) => !present[index]).map((item) => item.package);
}

/** Whether a program can be found and executed. /usr/sbin counts, which is not on every PATH. */
export async function onPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await programPath(program, env)) !== undefined;
}

/** Where a program is that can be executed, by the same rules; undefined where there is none. */
export async function programPath(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders.filter((name) => name !== '')) {
    const path = join(folder, program);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Whether packages could be installed here at all. */
export async function canInstall(env: NodeJS.ProcessEnv): Promise<boolean> {
  return process.getuid?.() === 0 && (await onPath('apt-get', env));
}

/** Installs packages with apt-get, whose output goes to standard error. */
export async function installPackages(
  packages: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<InstallOutcome> {
  if (!(await canInstall(env))) {
    return { type: 'not-possible', reason: 'packages can be installed only by root, with apt-get' };
  }
  for (const args of [
    ['update', '-q'],
    ['install', '-qy', '--no-install-recommends', ...packages],
  ]) {
    const status = await aptGet(args, env);
    if (status !== 0) {
      return { type: 'failed', reason: `apt-get ${args.join(' ')} ended with ${String(status)}` };
    }
  }
  return { type: 'installed' };
}

function aptGet(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn('apt-get', args, {
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (status, signal) => {
      resolve(status ?? signal ?? 'unknown');
    });
  });
}
