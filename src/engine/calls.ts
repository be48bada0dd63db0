/** Calls to one engine, each with its time limit, and retried if that is safe. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { withDeadline } from './deadline.ts';
import { ping } from './endpoint.ts';
import { EngineError } from './engine.ts';
import {
  type CallFailure,
  CancelledError,
  classifyFailure,
  DeadlineError,
  engineMessage,
  isRefusal,
  isTransient,
} from './failure.ts';
import { SSH_CONNECT_SECONDS } from './ssh-connection.ts';

/** Milliseconds before the first further try. */
const FIRST_DELAY = 200;
const TRIES = 4;

/** One engine and the way to call it. */
export interface Calls {
  readonly docker: Docker;
  /** Receives warnings for the user, although nothing failed. */
  readonly notify: (text: string) => void;
  /** Tries after the first one, of all calls so far. */
  readonly retries: { count: number };
  /** A factor on the time limits and delays of the calls: 1, but in tests that wait for them. */
  readonly timeScale: number;
}

/**
 * A call to an engine: its name for messages, its time limit, and the signal that interrupts it.
 */
interface CallOptions {
  /** `POST /containers/create`, for messages. */
  readonly what: string;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One call, tried once. Each gets a fresh options object from its caller, since the client library
 * deletes the signal from what it is given.
 *
 * @throws DeadlineError, CancelledError, or what the client library throws
 */
export function callOnce<T>(
  calls: Calls,
  options: CallOptions,
  call: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const seconds = options.seconds * calls.timeScale;
  return withDeadline(options.what, seconds, options.signal, (abortSignal) =>
    call(calls.docker, abortSignal),
  );
}

/**
 * Whether a call failed between this program and the engine, rather than by what the engine answered; so
 * no registry is the cause. A call that is late failed so only if the engine is silent about everything,
 * because it may have waited for a registry.
 */
export async function isLost(calls: Calls, error: unknown): Promise<boolean> {
  if (!(error instanceof DeadlineError)) return classifyFailure(error).type === 'connection';
  const options = { what: 'GET /_ping', seconds: SSH_CONNECT_SECONDS };
  return callOnce(calls, options, ping).then(
    () => false,
    () => true,
  );
}

/** The result of a call, or its failure. */
export type CallResult<T> =
  | { readonly type: 'ok'; readonly value: T }
  | { readonly type: 'failed'; readonly failure: CallFailure };

/** A call's outcome as a value, for callers with an answer to each way of failing. */
export async function toResult<T>(call: Promise<T>): Promise<CallResult<T>> {
  try {
    return { type: 'ok', value: await call };
  } catch (error) {
    return { type: 'failed', failure: classifyFailure(error) };
  }
}

/**
 * A call that can safely be repeated, tried up to four times with a growing delay. The time limit
 * is each try's own, and a call that uses it up is tried once more.
 *
 * @throws DeadlineError, CancelledError, or what the client library throws
 */
export async function callWithRetry<T>(
  calls: Calls,
  options: CallOptions,
  call: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  // An engine that refuses is asked four times, one that hangs only twice.
  const within = 1.5 * options.seconds * calls.timeScale * 1000;
  for (let n = 1; ; n += 1) {
    try {
      return await callOnce(calls, options, call);
    } catch (error) {
      const late = performance.now() - began >= within;
      if (late || n >= TRIES || !isTransient(classifyFailure(error))) throw error;
    }
    await waitToRetry(calls, n + 1, FIRST_DELAY, options.signal);
    if (options.signal?.aborted) throw new CancelledError('interrupted before the next try');
  }
}

/**
 * Like `callWithRetry`, for the calls of which no failure is expected.
 *
 * @returns undefined if the engine answers 404
 * @throws EngineError that names the call and what the engine answered
 */
export async function request<T>(
  calls: Calls,
  options: CallOptions,
  call: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await callWithRetry(calls, options, call);
  } catch (error) {
    if (isRefusal(classifyFailure(error), 404)) return undefined;
    throw new EngineError(`${options.what}: ${engineMessage(error)}`, { cause: error });
  }
}

/**
 * Counts a further try, and waits for its moment or for the signal.
 *
 * @param n the number of the next try, 2 or more
 * @param firstDelay milliseconds before the second one; each further delay is twice as long
 */
export async function waitToRetry(
  calls: Calls,
  n: number,
  firstDelay: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  calls.retries.count += 1;
  const delay = calls.timeScale * firstDelay * 2 ** (n - 2);
  await sleep(delay, undefined, signal && { signal }).catch(() => undefined);
}
