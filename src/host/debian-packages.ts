/** Installs the packages that a fresh Debian machine lacks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A package, and the program that shows that it is installed. */
export interface WantedPackage {
  readonly package: string;
  readonly program: string;
}

/** Without its `mount`, neither mmdebstrap nor a private engine can mount anything. */
export const MOUNT_PACKAGE: WantedPackage = { package: 'mount', program: 'mount' };

/** The package that bootstraps bases. */
export const BOOTSTRAP_PACKAGES: readonly WantedPackage[] = [
  { package: 'mmdebstrap', program: 'mmdebstrap' },
  MOUNT_PACKAGE,
];

type InstallOutcome =
  { readonly type: 'installed' } | { readonly type: 'failed'; readonly reason: string };

/** The packages whose program is in no folder of the PATH of `env`, each once. */
export async function missingPackages(
  wanted: readonly WantedPackage[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const present = await Promise.all(wanted.map(({ program }) => onPath(program, env)));
  const missing = wanted.filter((_, index) => !present[index]).map((item) => item.package);
  return [...new Set(missing)];
}

/** The command that installs packages, for a user who is to run it. Pure. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get install ${packages.join(' ')}`;
}

/** The line that announces an installation. Pure. */
export function announcement(packages: readonly string[], purpose = ''): string {
  return `Installing ${packages.join(' ')} with apt-get${purpose}. Set BOOTSTRAP=0 to prevent this.`;
}

/** Whether a program can be found and executed. /usr/sbin counts, which is not on every PATH. */
export async function onPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await programPath(program, env)) !== undefined;
}

/** Where a program is that can be executed, by the same rules; undefined if there is none. */
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

/**
 * Installs packages with apt-get. Standard error gets a line a package, warnings and errors; and the
 * end of the whole output where apt-get fails.
 */
export async function installPackages(
  packages: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<InstallOutcome> {
  if (!(await canInstall(env))) {
    return { type: 'failed', reason: 'packages can be installed only by root, with apt-get' };
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

/** Lines of apt-get's output that are shown where it fails. */
const HELD_LINES = 40;

async function aptGet(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | string> {
  const show = (line: string) => process.stderr.write(`${line}\n`);
  // dpkg counts percents for a terminal, which apt-get gives it even where there is none.
  const child = spawn('apt-get', ['-o', 'Dpkg::Use-Pty=0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The language of the lines that are looked for.
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  const held: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (isShown(line)) show(line);
      else held.push(line);
      if (held.length > HELD_LINES) held.shift();
    });
  }
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (status !== 0) held.forEach(show);
    return status ?? signal ?? 'unknown';
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Whether a line of apt-get's or dpkg's output is shown at once: how much is downloaded, a line for
 * each package, and every warning and error. Pure.
 */
export function isShown(line: string): boolean {
  return /^(Need to get|Setting up|[WE]:|dpkg:)/.test(line);
}
