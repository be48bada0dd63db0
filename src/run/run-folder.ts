/** The folders of runs, the lock on the results, and the name `latest`. */
import { lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OWN_SYSTEM } from '../host/exclusive-open.ts';
import { takeLock } from '../host/file-lock.ts';

/** An id that sorts by time: `20261124-021530-a1f3`. */
export function newRunId(now: Date, random: number): string {
  const [day, time] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  const suffix = Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${day ?? ''}-${time ?? ''}-${suffix}`;
}

type ResultsLockOutcome =
  | {
      readonly type: 'locked';
      readonly release: () => Promise<void>;
      /** Why it could not be locked, in a sentence for the user. */
      readonly warning?: string | undefined;
    }
  /** Another run that is alive holds it. */
  | { readonly type: 'held'; readonly by: string };

/**
 * Takes the lock on a results folder. The kernel keeps it for as long as this process lives, so that a
 * killed run blocks no other.
 */
export async function lockResults(
  results: string,
  runId: string,
  system = OWN_SYSTEM,
): Promise<ResultsLockOutcome> {
  await mkdir(results, { recursive: true });
  const lock = await takeLock(join(results, 'run.lock'), `run ${runId}`, system);
  if (lock.type === 'held') return lock;
  if (lock.type === 'taken') return { type: 'locked', release: lock.release };
  return {
    type: 'locked',
    release: () => Promise.resolve(),
    warning: `${lock.reason} Start no other run in ${results} meanwhile.`,
  };
}

/**
 * Makes `results/latest` point at a run, so that a reader sees the old one or the new one whole. On
 * Windows, only an administrator may make links, and a junction cannot be replaced in one step.
 */
export async function pointLatest(
  results: string,
  runId: string,
  platform = process.platform,
): Promise<void> {
  if (platform === 'win32') {
    const latest = join(results, 'latest');
    await rm(latest, { force: true, recursive: true });
    await symlink(resolve(results, 'runs', runId), latest, 'junction');
    return;
  }
  const next = join(results, `latest.${process.pid}`);
  await rm(next, { force: true });
  await symlink(join('runs', runId), next);
  await rename(next, join(results, 'latest'));
}

/** Whether a text can be the id of a run, and so the name of its folder: it leads nowhere else. */
export function isRunId(text: string): boolean {
  return text.length <= 200 && /^[A-Za-z0-9][\w.-]*$/.test(text);
}

/** The ids of the runs that have a folder here, the newest first. Links do not count. */
export async function runIds(results: string): Promise<readonly string[]> {
  const entries = await readdir(join(results, 'runs'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isRunId(entry.name))
    .map(({ name }) => name)
    .sort()
    .reverse();
}

/**
 * Removes the partial files, which have separate names, that a run left when it was killed while
 * writing. Needs the lock on the results.
 */
export async function removePartialFiles(results: string, runId: string): Promise<void> {
  const folders = [results, join(results, 'history'), join(results, 'runs', runId)];
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!/^(latest\.\d+|[\w.-]+\.(json|html|md|csv|xml|svg|txt)\.\d+)$/.test(name)) continue;
      const path = join(folder, name);
      const stat = await lstat(path).catch(() => undefined);
      if (stat?.isFile() || stat?.isSymbolicLink()) await rm(path, { force: true });
    }
  }
}
