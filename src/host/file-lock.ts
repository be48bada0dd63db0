/** A lock on a file that the kernel keeps: for the private engine's data and for a results folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  openExclusively,
  opensExclusively,
  OWN_SYSTEM,
  type ExclusiveSystem,
} from './exclusive-open.ts';
import { startTime } from './process-identity.ts';

/** The exit status of flock if another process has the lock: any number that no shell uses. */
const HELD_STATUS = 75;

/** Whether the lock is ours. */
type FileLockOutcome =
  | { readonly type: 'taken'; readonly release: () => Promise<void> }
  /** `by` names the process that has it, if known. */
  | { readonly type: 'held'; readonly by: string }
  | { readonly type: 'impossible'; readonly reason: string };

/** How long the kernel may take to free the lock of a process that was killed a moment ago. */
const DEAD_HOLDER_MILLISECONDS = 5000;

/**
 * Takes the lock on a file, or reports which process has it. It does not wait for a live process.
 *
 * The kernel keeps the lock, for a child that lives as long as this process does: when this process
 * ends, however it ends, the child's input closes, the child ends, and the lock is free. So a lock
 * never becomes stale, and two processes never find a stale one at the same time. The child has its
 * own process group, so that Ctrl-C does not reach it. On macOS and Windows, which have no `flock`, this
 * process itself has the file open, with the same effect.
 *
 * @param path of the lock file, whose folder exists
 * @param note shown, after the process, to callers that find the lock held, such as `run 7`
 */
export async function takeLock(
  path: string,
  note = '',
  system = OWN_SYSTEM,
): Promise<FileLockOutcome> {
  const giveUpAt = performance.now() + DEAD_HOLDER_MILLISECONDS;
  for (;;) {
    const outcome = await (opensExclusively(system.platform)
      ? tryOpening(path, note, system)
      : tryLock(path, note));
    if (outcome.type !== 'held' || performance.now() > giveUpAt) return outcome;
    const pid = /^process (?<pid>\d+)/.exec(outcome.by)?.groups?.['pid'];
    if (pid === undefined || startTime(Number(pid)) !== '') return outcome;
    await sleep(50);
  }
}

async function tryOpening(
  path: string,
  note: string,
  system: ExclusiveSystem,
): Promise<FileLockOutcome> {
  // On Windows, no other process can read the file itself.
  const noted = `${path}.holder`;
  const opened = openExclusively(path, system);
  if (opened.type === 'held') return { type: 'held', by: await holder(noted) };
  if (opened.type === 'failed') {
    return { type: 'impossible', reason: `The lock ${path} cannot be taken: ${opened.reason}` };
  }
  await writeFile(noted, noteText(note));
  return {
    type: 'taken',
    release: async () => {
      await rm(noted, { force: true });
      opened.close();
    },
  };
}

async function tryLock(path: string, note: string): Promise<FileLockOutcome> {
  const child = spawn(
    'flock',
    ['--nonblock', '--conflict-exit-code', String(HELD_STATUS), path, 'sh', '-c', 'echo; exec cat'],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  child.stdin.on('error', () => undefined);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const outcome = await Promise.race([
    once(child.stdout, 'data').then(() => 'taken' as const),
    once(child, 'close').then(([code]) => (code as number | null) ?? -1),
  ]).catch((error: unknown) => error as Error);
  if (outcome === HELD_STATUS) return { type: 'held', by: await holder(path) };
  if (outcome !== 'taken') {
    const reason =
      outcome instanceof Error
        ? `flock (of util-linux) cannot be run: ${outcome.message}`
        : words.trim() || `status ${outcome}`;
    return { type: 'impossible', reason: `The lock ${path} cannot be taken: ${reason}` };
  }
  // A run that forgets to release it must still be able to end.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    (pipe as unknown as { unref(): void }).unref();
  }
  // For the message of the one who finds it held; the lock itself does not depend on it.
  await writeFile(path, noteText(note));
  return {
    type: 'taken',
    release: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

function noteText(note: string): string {
  return `${process.pid}${note === '' ? '' : ` ${note}`}\n`;
}

async function holder(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = /^(?<pid>\d+)(?: (?<note>[\w .-]+))?\n$/.exec(text)?.groups;
  if (found === undefined) return 'another process';
  const note = found['note'];
  return `process ${found['pid'] ?? ''}${note === undefined ? '' : ` (${note})`}`;
}
