/** Retries a call with a growing delay, if a second try is safe. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, classifyFailure, isTransient } from './failure.ts';

/** How often and after what delays a call is tried. */
interface RetryPolicy {
  /** Tries in all, 1 or more. */
  readonly tries: number;
  /** Milliseconds before the second try; each further delay is twice as long. */
  readonly firstDelay: number;
  /** Milliseconds since the first try after which there is no further one. */
  readonly within: number;
  /** Called before each further try, with the error. */
  readonly onRetry: (error: unknown) => void;
}

/** The delay in milliseconds before try `n`, which is 2 or more. */
export function delayBefore(n: number, firstDelay: number): number {
  return Math.min(firstDelay * 2 ** (n - 2), 10_000);
}

/**
 * Runs an idempotent call until it succeeds, fails for good, or has been tried often enough.
 *
 * @throws CancelledError when the signal is aborted, and otherwise what the last try threw
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  for (let n = 1; ; n += 1) {
    try {
      return await call();
    } catch (error) {
      const late = performance.now() - began >= policy.within;
      if (late || n >= policy.tries || !isTransient(classifyFailure(error))) throw error;
      policy.onRetry(error);
    }
    try {
      await sleep(delayBefore(n + 1, policy.firstDelay), undefined, signal ? { signal } : {});
    } catch {
      throw new CancelledError('interrupted before the next try');
    }
  }
}
