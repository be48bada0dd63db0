/** What a private engine that did not end in order may have left, and its removal. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 50;
/** How long killed processes may take to be gone. */
const GONE_MILLISECONDS = 10_000;
/** How long the kernel may call the control group of a dead process busy. */
const BUSY_MILLISECONDS = 3000;

/** The processes that have exactly this argument on their command line. */
export function processesWithArgument(argument: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(argument));
}

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile.
    return [];
  }
}

/**
 * Waits for the end of all processes with this argument, and kills those that are still there after
 * a time. The engine's first process is among them, and with it the kernel ends all others of its
 * namespace, containers included.
 *
 * @param patience milliseconds before they are killed
 * @returns whether all are gone
 */
export async function endProcesses(argument: string, patience: number): Promise<boolean> {
  const killAt = performance.now() + patience;
  const giveUpAt = killAt + GONE_MILLISECONDS;
  for (;;) {
    const pids = processesWithArgument(argument);
    if (pids.length === 0) return true;
    const now = performance.now();
    if (now >= giveUpAt) return false;
    if (now >= killAt) {
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended meanwhile.
        }
      }
    }
    await sleep(POLL_MILLISECONDS);
  }
}

/** The mounts below a folder, innermost first, as /proc/self/mountinfo lists them. Pure. */
export function mountsBelow(folder: string, mountinfo: string): string[] {
  return (
    mountinfo
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      // The kernel writes blanks and backslashes as three octal digits.
      .map((path) =>
        path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 8)),
        ),
      )
      .filter((path) => path === folder || path.startsWith(`${folder}/`))
      .reverse()
  );
}

/**
 * Removes a folder of run-time state. What is mounted in it is unmounted first: removing through a
 * mount would remove what is on its other side.
 */
export async function removeRunFolder(folder: string): Promise<void> {
  for (const mount of mountsBelow(folder, readFileSync('/proc/self/mountinfo', 'utf8'))) {
    spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' });
  }
  if (mountsBelow(folder, readFileSync('/proc/self/mountinfo', 'utf8')).length > 0) return;
  await rm(folder, { recursive: true, force: true });
}

/**
 * Removes the control groups of this name in every hierarchy. The kernel calls a group busy for a
 * moment after its last process has ended, so that this is tried for a while; one that is still in
 * use then stays.
 */
export async function removeControlGroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const giveUpAt = performance.now() + BUSY_MILLISECONDS;
  for (;;) {
    const groups = [root, ...folders(root).map((entry) => join(root, entry))]
      .map((hierarchy) => join(hierarchy, name))
      .filter((group) => existsSync(group));
    for (const group of groups) removeGroup(group);
    if (!groups.some((group) => existsSync(group)) || performance.now() > giveUpAt) return;
    await sleep(POLL_MILLISECONDS);
  }
}

function removeGroup(folder: string): void {
  for (const child of folders(folder)) removeGroup(join(folder, child));
  try {
    rmdirSync(folder);
  } catch {
    // In use, or gone meanwhile.
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
