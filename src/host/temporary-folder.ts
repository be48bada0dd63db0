/**
 * Temporary folders with the identity of their process. So folders of a killed process can be
 * distinguished from those in use. They are removed with their mounts, after programs that still
 * run in them are ended.
 */
import { chmod, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskUsage } from './disk-usage.ts';
import { ownProcess, processState, startTime } from './process-identity.ts';
import { removeRunFolder } from './mounts.ts';

const PREFIX = 'race-matrix-';
const OWNER = 'owner';
const WORKER = 'worker';

/** Makes a temporary folder of this process's. @param what of its name, such as `bootstrap` */
export async function makeTemporaryFolder(what: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${what}-`));
  // Programs that drop their privileges must still be able to enter it.
  await chmod(folder, 0o755);
  await writeFile(join(folder, OWNER), `${ownProcess()}\n`);
  return folder;
}

/** Notes the leader of a group of processes that works in the folder, and has to end with it. */
export async function noteWorker(folder: string, pid: number): Promise<void> {
  await writeFile(join(folder, WORKER), `${pid} ${startTime(pid)}\n`);
}

/** A folder whose process is gone. */
interface DeadFolder {
  readonly path: string;
  /** On the disk. */
  readonly bytes: number;
}

/** The temporary folders of dead processes of this user, or for root, of all users. */
export async function deadTemporaryFolders(): Promise<readonly DeadFolder[]> {
  const dead: DeadFolder[] = [];
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const stat = await lstat(path).catch(() => undefined);
    // A link, or another user's folder, may lead anywhere.
    const isOurs = process.getuid === undefined || stat?.uid === process.getuid();
    if (!stat?.isDirectory() || !isOurs) continue;
    const owner = await readFile(join(path, OWNER), 'utf8').catch(() => '');
    if (processState(owner.trim()) !== 'dead') continue;
    dead.push({ path, bytes: await diskUsage(path) });
  }
  return dead;
}

/** Ends what works in a folder, and removes it. Throws a system error if that is not possible. */
export async function removeDeadFolder({ path }: DeadFolder): Promise<void> {
  const worker = await readFile(join(path, WORKER), 'utf8').catch(() => '');
  const [pid = '', start = ''] = worker.trim().split(' ');
  if (/^[1-9]\d*$/.test(pid) && start !== '' && startTime(Number(pid)) === start) {
    try {
      process.kill(-Number(pid), 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  await removeRunFolder(path);
}

/** Removes a folder of this process's own; one that is not there is fine. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
