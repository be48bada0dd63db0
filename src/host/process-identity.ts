/**
 * Identifies the process that made something: a name that no other process ever has, on this
 * machine or another, and whether the process of a name is still alive.
 */
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { textOrEmpty } from './text-or-empty.ts';

/** A process as its name states it. */
interface ProcessName {
  readonly machine: string;
  /** Of the machine's start. */
  readonly boot: string;
  /** The space in which the process id counts; containers have their own. */
  readonly space: string;
  readonly pid: number;
  /** Of the process: see {@link startTime}. */
  readonly start: string;
}

/** The state of a named process, as far as it is visible from here. */
type ProcessState =
  | 'alive'
  | 'dead'
  /** On another machine, or in a container of this one: it cannot be seen from here. */
  | 'elsewhere'
  /** Not a name of this form. */
  | 'unnamed';

/** Where the question is asked from. */
export interface Viewpoint extends Pick<ProcessName, 'machine' | 'boot' | 'space'> {
  /** The start of a process; empty if there is none of that id. */
  readonly startOf: (pid: number) => string;
}

/** The name of this process. */
export function ownProcess(): string {
  ownStart ??= startTime(process.pid);
  return processName({ ...ownViewpoint(), pid: process.pid, start: ownStart });
}

/** Asked once, because it takes a program on some systems. */
let ownStart: string | undefined;

/** Pure. */
export function processName({ machine, boot, space, pid, start }: ProcessName): string {
  return [machine, boot, space, pid, start].join('/');
}

/**
 * Whether the process of a name is still there. Dead are also those of this machine before it was
 * restarted, and those whose id another process has by now.
 */
export function processState(name: string, here: Viewpoint = ownViewpoint()): ProcessState {
  const parts =
    /^(?<machine>[\w.-]+)\/(?<boot>[\w.-]+)\/(?<space>[\w.-]+)\/(?<pid>\d{1,10})\/(?<start>\d{1,20})$/.exec(
      name,
    )?.groups;
  if (!parts) return 'unnamed';
  if (parts['machine'] !== here.machine) return 'elsewhere';
  if (parts['boot'] !== here.boot) return 'dead';
  if (parts['space'] !== here.space) return 'elsewhere';
  return here.startOf(Number(parts['pid'])) === parts['start'] ? 'alive' : 'dead';
}

/** This process's own. */
export function ownViewpoint(): Viewpoint {
  return {
    // Two containers of an image may share a machine id, but then not the space of process ids.
    machine: word(textOrEmpty('/etc/machine-id').trim() || hostname()),
    boot: word(textOrEmpty('/proc/sys/kernel/random/boot_id')),
    space: word(space()),
    startOf: startTime,
  };
}

/**
 * A number that no other process of this id has: on Linux, clock ticks between boot and the process's
 * start; on macOS, seconds of the Unix epoch; on Windows, which reports neither, always 1. Empty if there
 * is no such process. A zombie counts as ended.
 */
export function startTime(pid: number, platform = process.platform): string {
  if (platform === 'win32') return isRunning(pid) ? '1' : '';
  if (platform !== 'linux') return startByPs(pid);
  const stat = textOrEmpty(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces; start is field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

function startByPs(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-o', 'stat=', '-p', String(pid)], {
    encoding: 'utf8',
    // Otherwise the same moment has another text after the user has travelled.
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  const [, time = '', state = ''] = /^(\w+ +\w+ +\d+ [\d:]+ \d{4}) +(\S+)/.exec(stdout) ?? [];
  const started = Date.parse(`${time} UTC`);
  return Number.isNaN(started) || state.startsWith('Z') ? '' : String(started / 1000);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function space(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function word(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '') || 'unknown';
}
