/** How a container ended, decided from everything that was seen of it. Pure. */
import type { ContainerOutcome } from '../engine.ts';

const SIGKILL_STATUS = 128 + 9;
/**
 * SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV and SIGSYS: signals that a program causes
 * itself. The other signals usually come from another process.
 */
const OWN_SIGNAL_STATUSES: ReadonlySet<number> = new Set(
  [4, 5, 6, 7, 8, 11, 31].map((signal) => 128 + signal),
);

/** Whether the output that was passed on is all there was. */
export type OutputEnd =
  { readonly type: 'whole' } | { readonly type: 'broken'; readonly reason: string };

/** The engine's report of the container afterwards. */
export type StateSeen =
  | {
      readonly type: 'known';
      readonly running: boolean;
      /** Its processes are frozen, which only another client asks for. */
      readonly paused: boolean;
      readonly status: number;
      readonly oomKilled: boolean;
      /** The engine's own error with it; empty if there was none. */
      readonly error: string;
      /** Seconds of the Unix epoch by the engine's clock. */
      readonly startedAt: number;
      readonly finishedAt: number;
    }
  | { readonly type: 'gone' }
  | { readonly type: 'unknown'; readonly reason: string };

/** The engine's events about the container's life. */
export type EventsSeen =
  | { readonly type: 'not-asked' }
  | { readonly type: 'unknown'; readonly reason: string }
  | {
      readonly type: 'known';
      readonly outOfMemory: boolean;
      /** The signal that another client had the engine send, such as `15`. */
      readonly killedWith?: string | undefined;
    };

/** All that was seen. */
export interface Seen {
  /** Why this program killed it; absent if it did not. */
  readonly cause?: 'timeout' | 'output-limit' | undefined;
  /** Whether it was paused when this program was about to kill it. */
  readonly paused: boolean;
  readonly output: OutputEnd;
  readonly state: StateSeen;
  /** The status that waiting for the end gave; absent if the wait gave none. */
  readonly waited?: number | undefined;
  readonly events: EventsSeen;
  /** The first output of the first process to its standard error. */
  readonly firstWords: string;
  /** From the start to the end. */
  readonly seconds: number;
}

/**
 * Whether the events can change the outcome: a death by signal that this program did not cause may
 * be the memory limit (whose flag the engine can lose) or another process.
 */
export function needsEvents(seen: Omit<Seen, 'events'>): boolean {
  return (
    seen.cause === undefined &&
    seen.state.type === 'known' &&
    !seen.state.running &&
    !seen.state.oomKilled &&
    seen.state.status >= 128
  );
}

/**
 * The outcome. Certain causes come first: if the memory limit was reached, the stream does not
 * matter. `exited` comes last, if nothing contradicts it.
 */
export function decideOutcome(seen: Seen): ContainerOutcome {
  const { state, events, seconds } = seen;
  const engineFailed = (reason: string): ContainerOutcome => ({
    type: 'engine-failed',
    reason,
    seconds,
  });
  const vanished = (reason: string): ContainerOutcome => ({ type: 'vanished', reason, seconds });

  if (state.type === 'unknown') return engineFailed(state.reason);
  if (state.type === 'gone') return vanished('The container was removed by another process.');
  if (seen.cause === 'output-limit') return { type: 'output-limit', seconds };
  if (state.oomKilled || (events.type === 'known' && events.outOfMemory)) {
    return { type: 'out-of-memory', status: state.status, seconds };
  }
  if (seen.paused) return vanished('Another client of the engine paused the container.');
  if (seen.cause === 'timeout') return { type: 'timeout', seconds };
  if (seen.output.type === 'broken') return engineFailed(seen.output.reason);
  if (state.running) {
    return vanished('The container runs again after its end: another process started it.');
  }
  if (state.error !== '') return engineFailed(`The engine reports: ${state.error}`);
  if (seen.waited !== undefined && seen.waited !== state.status) {
    return engineFailed(
      `The engine states two exit statuses for one container: ${seen.waited} and ${state.status}.`,
    );
  }
  const missing = missingProgram(state.status, seen.firstWords);
  if (missing !== undefined) return { type: 'not-started', reason: missing };
  if (events.type === 'known' && events.killedWith !== undefined) {
    return vanished(`Another client of the engine sent the container signal ${events.killedWith}.`);
  }
  if (state.status === SIGKILL_STATUS) {
    return vanished(
      'The program was killed by SIGKILL from an unknown sender; no limit was reported as exceeded.',
    );
  }
  if (events.type === 'unknown' && state.status > 128 && !OWN_SIGNAL_STATUSES.has(state.status)) {
    return engineFailed(
      `The container ended with status ${state.status}, and the engine does not report who sent that ` +
        `signal: ${events.reason}`,
    );
  }
  return { type: 'exited', status: state.status, seconds };
}

/**
 * The errors of the engine's init (tini of Docker, catatonit of Podman) if it cannot start the
 * program.
 */
function missingProgram(status: number, firstWords: string): string | undefined {
  if (status !== 126 && status !== 127 && status !== 1) return undefined;
  const words =
    /^\[FATAL tini \(\d+\)\] (?<words>exec .* failed: .*)/.exec(firstWords) ??
    /^ERROR \(catatonit:\d+\): (?<words>failed to exec .*)/.exec(firstWords);
  return words?.groups?.['words'];
}
