/** The lock that lets one run at a time use the private engine's data. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';

/** What flock exits with where somebody else has the lock. Any number that no shell uses. */
const HELD_STATUS = 75;

/** Whether the lock is ours. */
export type LockOutcome =
  | { readonly type: 'taken'; readonly release: () => Promise<void> }
  /** `by` says who has it, as far as is known. */
  | { readonly type: 'held'; readonly by: string }
  | { readonly type: 'impossible'; readonly reason: string };

/**
 * Takes the lock on a file, or says who has it. It does not wait.
 *
 * The kernel keeps the lock, for a child that lives as long as this process does: when this process
 * ends, however it ends, the child's input closes, the child ends, and the lock is free. So there is
 * no such thing as a stale lock, and no two processes that find one at the same time. The child is a
 * group of its own, so that Ctrl-C does not reach it.
 *
 * @param path of the lock file, whose folder exists
 */
export async function takeLock(path: string): Promise<LockOutcome> {
  const child = spawn(
    'flock',
    ['--nonblock', '--conflict-exit-code', String(HELD_STATUS), path, 'sh', '-c', 'echo; exec cat'],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  child.stdin.on('error', () => undefined);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const outcome = await new Promise<'taken' | number | Error>((resolve) => {
    child.stdout.once('data', () => {
      resolve('taken');
    });
    child.once('error', resolve);
    child.once('close', (code) => {
      resolve(code ?? -1);
    });
  });
  if (outcome === HELD_STATUS) return { type: 'held', by: await holder(path) };
  if (outcome !== 'taken') {
    const reason = outcome instanceof Error ? outcome.message : words.trim() || `status ${outcome}`;
    return { type: 'impossible', reason: `The lock ${path} cannot be taken: ${reason}` };
  }
  // A run that forgets to release it must still be able to end.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    (pipe as unknown as { unref(): void }).unref();
  }
  // For the message of the one who finds it held; the lock itself does not depend on it.
  await writeFile(path, `${process.pid}\n`);
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

async function holder(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = /^(?<pid>\d+)\n$/.exec(text)?.groups?.['pid'];
  return pid === undefined ? 'another process' : `process ${pid}`;
}
