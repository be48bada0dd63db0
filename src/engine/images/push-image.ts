/** Giving an image to a registry. */
import { type Calls, callOnce } from '../calls.ts';
import { withoutSecrets, type Credentials } from './credentials.ts';
import type { PushOutcome } from '../engine.ts';
import { CancelledError, messageOf } from '../failure.ts';
import { splitReference } from './images.ts';
import { follow } from './make-image.ts';

/** What an engine reports last of a push that reached its end. */
const DIGEST = /digest: (sha256:[0-9a-f]{64})/;

/**
 * Pushes the image that has that name. The time limit is that of silence. Like all of the engine's
 * streams this one comes with status 200 and may stop without a word, so a push counts only if the
 * digest was reported under which the registry now has the image.
 */
export async function pushImage(
  calls: Calls,
  reference: string,
  timeoutSeconds: number,
  credentials: Credentials | undefined,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const what = `The push of ${reference}`;
  const [name, tag] = splitReference(reference);
  const failed = (reason: string): PushOutcome => ({
    type: 'failed',
    reason: withoutSecrets(`${what} failed: ${reason}`, credentials),
  });
  try {
    const limit = { seconds: timeoutSeconds, of: 'silence' } as const;
    const response = await callOnce(
      calls,
      { what, seconds: timeoutSeconds, signal },
      (docker, abortSignal) =>
        // An engine wants the header even where it holds nothing.
        docker.getImage(name).push({ tag, authconfig: credentials ?? {}, abortSignal }),
    );
    const { progress, cut } = await follow(
      response,
      { what, onLine: () => undefined, limit, signal },
      0,
    );
    if (progress.error !== undefined) return failed(progress.error);
    if (cut !== undefined) throw cut;
    const digest = progress.log.map((line) => DIGEST.exec(line)?.[1]).find((found) => found);
    return digest === undefined
      ? failed('the engine reported no error, but no digest either.')
      : { type: 'done', digest };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (signal.aborted || error instanceof CancelledError) return { type: 'cancelled' };
    return failed(messageOf(error));
  }
}
