/** `--cache` and `--max-base-age`: where images come from, and how old they may be. */
import { isCacheRepository } from '../../images/image-cache.ts';
import { secondsOf } from '../../matrix/quantities.ts';
import { UserError } from '../../cli/user-error.ts';

/** @throws UserError if it is no repository */
export function readCache(text: string | undefined): string | undefined {
  if (text === undefined || isCacheRepository(text)) return text;
  throw new UserError(
    `--cache takes a registry and a repository, such as ghcr.io/me/race-matrix, in lower case, without a tag and without credentials.`,
  );
}

/**
 * The time before which bases are too old.
 *
 * @throws UserError if the text is no length of time
 */
export function readAge(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const seconds = secondsOf(text);
  if (seconds !== null) return new Date(Date.now() - seconds * 1000);
  throw new UserError(`--max-base-age takes a time such as 12h or 30m, not ${text}.`);
}
