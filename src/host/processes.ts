/** Processes of this host, and their end. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOrEmpty } from './text-or-empty.ts';

/**
 * Kills a child that was started with `detached: startsGroup()`, and on systems that have groups of
 * processes, all that it started. One that has ended is fine.
 */
export function killGroup(
  child: Pick<ChildProcess, 'pid' | 'kill'>,
  platform = process.platform,
): void {
  try {
    if (!startsGroup(platform)) child.kill('SIGKILL');
    else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

/** Whether `detached` makes a group of processes. On Windows, it would open a window. */
export function startsGroup(platform = process.platform): boolean {
  return platform !== 'win32';
}

export const POLL_MILLISECONDS = 50;

/** How long killed processes may take to be gone. */
const GONE_MILLISECONDS = 10_000;

/** The processes that have exactly this argument on their command line. */
export function processesWithArgument(argument: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(argument));
}

/** Empty if the process has ended meanwhile. */
function commandLine(pid: number): readonly string[] {
  return textOrEmpty(`/proc/${pid}/cmdline`).split('\0');
}

/**
 * Waits for the end of all processes with this argument, and kills those that are still there after
 * a time. The engine's first process is among them, and with it the kernel ends all others of its
 * namespace, containers included.
 *
 * @param graceMilliseconds time before they are killed
 * @returns whether all are gone
 */
export async function endProcesses(argument: string, graceMilliseconds: number): Promise<boolean> {
  const killAt = performance.now() + graceMilliseconds;
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
