/** Which rows of a report a question is about. Pure. */
import { parsePattern } from '../matrix/pattern.ts';
import { suggestionHint } from '../matrix/suggestions.ts';
import { unwrap, UserError } from '../cli/user-error.ts';

/** `--only` and `--skip`. */
export interface Choice {
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

/**
 * Reads `--only` and `--skip` as patterns of environments.
 *
 * @param ids of the environments that there are
 * @throws UserError for a pattern that is none or that fits no environment, and if nothing is left:
 *   a question about nothing has an answer that looks like good news
 */
export function environmentChoice(
  ids: readonly string[],
  { only = [], skip = [] }: Choice,
): (environment: string) => boolean {
  const fits = (option: string, text: string) => {
    const { matches } = unwrap(
      parsePattern(text),
      (error) => `${option} ${text}: the pattern ${error}.`,
    );
    if (ids.some(matches)) return matches;
    throw new UserError(
      `${option} ${text} matches no environment of this report.\n    ${suggestionHint(text, ids)}`,
    );
  };
  const wanted = only.map((text) => fits('--only', text));
  const unwanted = skip.map((text) => fits('--skip', text));
  const includes = (id: string) =>
    (wanted.length === 0 || wanted.some((matches) => matches(id))) &&
    !unwanted.some((matches) => matches(id));
  if (!ids.some(includes)) throw new UserError('--only and --skip leave no environment.');
  return includes;
}
