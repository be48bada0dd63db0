/** A time limit for every call to the engine. */
import { withShortInspect } from './endpoint.ts';
import { CancelledError, DeadlineError } from './failure.ts';

/**
 * Runs one call, and gives it up after a time or when the caller's signal is aborted.
 *
 * The promise settles then even if the call itself never does: the client library forgets some of
 * its promises when a connection is cut in the middle of an answer. The call gets a separate
 * signal, so that thousands of calls leave no listeners on the caller's.
 *
 * @param what names the call in the error: `GET /info`
 * @param seconds more than 0
 * @throws DeadlineError after the time, CancelledError when the caller's signal is aborted, and
 *   whatever the call throws
 */
export async function withDeadline<T>(
  what: string,
  seconds: number,
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted === true) throw new CancelledError(`${what} was not started: interrupted`);
  const controller = new AbortController();
  withShortInspect(controller.signal);
  return await new Promise<T>((resolve, reject) => {
    const giveUp = (error: Error): void => {
      settle();
      reject(error);
      controller.abort(error);
    };
    const timer = setTimeout(() => {
      giveUp(new DeadlineError(`${what}: no answer within ${seconds} s`));
    }, seconds * 1000);
    const cancel = (): void => {
      giveUp(new CancelledError(`${what}: interrupted`));
    };
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    // What the call throws at once must end the timer, too.
    const begun = async (): Promise<T> => await call(controller.signal);
    begun().finally(settle).then(resolve, reject);
  });
}

/** Gives a call a signal that is aborted some time after the caller's: it is better finished than broken off. */
export async function withGrace<T>(
  signal: AbortSignal,
  seconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => {
      controller.abort();
    }, seconds * 1000);
  };
  signal.addEventListener('abort', begin, { once: true });
  if (signal.aborted) begin();
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', begin);
  }
}
