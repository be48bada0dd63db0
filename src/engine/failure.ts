/** The kinds of failure of one call to the engine. */

/** Why a call gave no result. */
export type CallFailure =
  /** The engine answered with an error status. */
  | { readonly type: 'refused'; readonly status: number; readonly message: string }
  /** No connection, one that was cut, or no answer within the call's time limit. */
  | { readonly type: 'connection'; readonly message: string }
  /** The caller's signal was aborted. */
  | { readonly type: 'cancelled'; readonly message: string };

/** The call's time limit is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** The caller gave the call up. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** Classifies the error of a failed call. An unknown error counts as a broken connection. */
export function classifyFailure(error: unknown): CallFailure {
  const message = engineMessage(error);
  if (error instanceof CancelledError) return { type: 'cancelled', message };
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number') return { type: 'refused', status, message };
  return { type: 'connection', message };
}

/** Whether the engine answered with this status. */
export function isRefusal(failure: CallFailure, status: number): boolean {
  return failure.type === 'refused' && failure.status === status;
}

/**
 * The error's text for a person, in one line. The client library wraps the engine's own sentence in
 * a less specific status: `(HTTP code 404) no such container - No such image: x `.
 */
export function engineMessage(error: unknown): string {
  const raw = error instanceof Error ? error.message || error.name : String(error);
  const own = /^\(HTTP code \d+\) [^-]*- (?<own>.*)$/s.exec(raw)?.groups?.['own'] ?? raw;
  return own.trim().replace(/\s*[\r\n]+\s*/g, ' · ');
}

/**
 * Whether the same call may succeed in a moment: no connection, no answer in time, or an error of
 * the engine's own (5xx). A 4xx means that the request itself is the problem.
 */
export function isTransient(failure: CallFailure): boolean {
  if (failure.type === 'refused') return failure.status >= 500;
  return failure.type !== 'cancelled';
}
