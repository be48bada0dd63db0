/** Turns WHAT of the command line into the folder that is measured, or an error for the user. */
import { unwrap } from '../cli/user-error.ts';
import { takeIn, type Intake, type TakenIn } from '../intake/take-in.ts';

/** For a command that cannot be interrupted yet: its process ends with the signal. */
const NEVER = new AbortController().signal;

/**
 * Prepares the reproduction's folder; its temporary folders are removed when this process exits.
 *
 * @throws UserError for what cannot be measured
 */
export async function takeWhat(
  intake: Omit<Intake, 'input'>,
  signal: AbortSignal = NEVER,
): Promise<TakenIn> {
  const taken = unwrap(
    await takeIn({ ...intake, input: process.stdin }, signal),
    ({ message, hint }) => (hint === undefined ? message : `${message}\n    ${hint}`),
  );
  process.once('exit', taken.remove);
  return taken;
}
