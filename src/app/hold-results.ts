/** The lock on a results folder, for a command that writes into it. */
import { UserError } from '../cli/user-error.ts';
import { lockResults } from '../run/run-folder.ts';

/**
 * @returns what releases the folder again
 * @throws UserError where another run that is alive holds it
 */
export async function holdResults(results: string, runId: string): Promise<() => Promise<void>> {
  const lock = await lockResults(results, runId);
  if (lock.type === 'locked') return lock.release;
  throw new UserError(`${results} is in use by ${lock.by}; --results names another folder`);
}
