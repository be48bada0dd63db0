/** `--fail-on`: what makes a run end with a status other than 0. Pure. */
import { UserError } from './user-error.ts';

/** In the words of a report's summary. */
export const FAILURES = ['unexpected', 'error', 'inconclusive', 'skipped'] as const;

/** The kinds that count; none if it is empty. */
type FailOn = readonly (typeof FAILURES)[number][];

/**
 * @param values each a word, several with commas between them, or `none`
 * @throws UserError for a word that there is not, and for `none` together with others
 */
export function readFailOn(values: readonly string[]): FailOn {
  const words = values.flatMap((value) => value.split(',')).map((word) => word.trim());
  if (words.length === 1 && words[0] === 'none') return [];
  return words.map((word) => {
    const known = FAILURES.find((one) => one === word);
    if (known) return known;
    throw new UserError(
      word === 'none'
        ? '--fail-on none cannot be combined with other words.'
        : `--fail-on takes ${FAILURES.join(', ')} or none, separated by commas, not ${word}.`,
    );
  });
}
