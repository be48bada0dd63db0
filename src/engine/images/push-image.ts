/** Giving an image to a registry. */
import type { Calls } from '../calls.ts';
import { withoutSecrets, type Credentials } from './credentials.ts';
import type { PushOutcome } from '../engine.ts';
import { splitReference } from './images.ts';
import { runStreamedCall } from './streamed-call.ts';

/** The last report of a completed push. */
const DIGEST = /digest: sha256:[0-9a-f]{64}/;

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
  const [name, tag] = splitReference(reference);
  const outcome = await runStreamedCall<Extract<PushOutcome, { type: 'done' }>>(
    calls,
    {
      what: `The push of ${reference}`,
      limit: { seconds: timeoutSeconds, of: 'silence' },
      signal,
      onLine: () => undefined,
      begin: (docker, abortSignal) =>
        // An engine requires the header even if it is empty.
        docker.getImage(name).push({ tag, authconfig: credentials ?? {}, abortSignal }),
    },
    ({ log }) =>
      Promise.resolve(
        log.some((line) => DIGEST.test(line))
          ? { type: 'done' }
          : 'the engine reported neither an error nor a digest.',
      ),
  );
  return outcome.type === 'failed'
    ? { type: 'failed', reason: withoutSecrets(outcome.reason, credentials) }
    : outcome;
}
