/** One run at a time writes into a results folder. */
import { UserError } from '../cli/user-error.ts';
import { lockResults } from '../run/run-folder.ts';

/**
 * Runs `use` while no other process writes into the folder.
 * @param runId shown to other processes that find the lock
 * @throws UserError if another process does
 */
export async function withResults<T>(
  results: string,
  runId: string,
  use: () => Promise<T>,
): Promise<T> {
  const lock = await lockResults(results, runId);
  if (lock.type === 'held') {
    throw new UserError(
      `${results} is in use by ${lock.by}. Wait for it to end, or name another folder with --results.`,
    );
  }
  if (lock.warning !== undefined) process.stderr.write(`${lock.warning}\n`);
  try {
    return await use();
  } finally {
    await lock.release();
  }
}
