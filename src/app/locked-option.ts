/** `--locked`: the lock of a run, and whether it is one of this checkout. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseLock, type Lock } from '../pins/lock-file.ts';
import type { RunPlan } from '../run/plan.ts';
import { digestOfReproduction } from '../run/run-identity.ts';
import { readText } from './read-text.ts';
import { unwrap, UserError } from '../cli/user-error.ts';

interface LockOfRun {
  readonly lock: Lock;
  /** Of the file. */
  readonly sha256: string;
}

/** Whether a run is held to its lock. */
export interface LockedOptions {
  readonly matrix: string;
  readonly locked?: boolean | undefined;
  /** Set where a run that stopped is resumed. */
  readonly resume?: string | true | undefined;
}

/**
 * @returns undefined if the run is not locked
 * @throws UserError if there is no lock, or if the reproduction is another one than it was
 */
export async function lockOf(
  { matrix, locked, resume }: LockedOptions,
  { reproduction }: Pick<RunPlan, 'reproduction'>,
): Promise<LockOfRun | undefined> {
  if (locked !== true) return undefined;
  if (resume !== undefined) {
    throw new UserError(
      '--locked and --resume cannot be combined: cells measured earlier may not match the lock.',
    );
  }
  const path = join(dirname(matrix), 'matrix.lock.json');
  const text = await readText(path);
  const lock = unwrap(parseLock(text), ([problem]) => `${path} is not a lock: ${problem}.`);
  // A locked image has its reproduction in it, and would silently run that one.
  if (lock.reproduction !== (await digestOfReproduction(reproduction))) {
    throw new UserError(
      `${reproduction} changed since it was locked in ${path}. To lock it again:\n    bin/matrix lock`,
    );
  }
  return { lock, sha256: createHash('sha256').update(text).digest('hex') };
}
