/** Turns WHAT of the command line into the folder that is measured, or an error for the user. */
import { unwrap, UserError } from '../cli/user-error.ts';
import type { IntakeProblem } from '../intake/problem.ts';
import { namingProblem, takeIn, type Intake, type TakenIn } from '../intake/take-in.ts';

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
  const taken = unwrap(await takeIn({ ...intake, input: process.stdin }, signal), problemText);
  process.once('exit', taken.remove);
  return taken;
}

/** @throws UserError for what is wrong with how something is named, whatever there is by that name */
export function checkNaming(named: Pick<Intake, 'what' | 'run'>): void {
  const problem = namingProblem(named);
  if (problem) throw new UserError(problemText(problem));
}

function problemText({ message, hint }: IntakeProblem): string {
  return hint === undefined ? message : `${message}\n    ${hint}`;
}
