/** A container from its start to its end: reading it, waiting for it, ending it at its limits. */
import type { Readable } from 'node:stream';
import { type Calls, waitToRetry } from '../calls.ts';
import type { EventsSeen, OutputEnd, Seen, StateSeen } from './container-end.ts';
import { decideOutcome, needsEvents } from './container-end.ts';
import { callContainer, inspectContainer, killContainer, readEvents } from './containers.ts';
import type { ContainerOutcome, ContainerRequest } from '../engine.ts';
import { type CallFailure, isTransient } from '../failure.ts';
import { type OutputReader, endOfOutput, readOutput } from './output.ts';

const START_SECONDS = 60;
/** How far the end of the output and the end of the container may be apart. */
const APART_MILLISECONDS = 15_000;
/** How long a killed container may take to be dead. */
const KILL_SECONDS = 10;
/** Waits in a row that an engine may break off while the container runs on. */
const WAITS = 5;
const FIRST_DELAY = 200;
/** How long after a container's end an event about it may come. */
const LATE_EVENT_SECONDS = 1;

/** The container to watch. */
interface Watch {
  readonly name: string;
  readonly request: ContainerRequest;
  readonly signal: AbortSignal;
  /** The output, attached before the start. */
  readonly stream: Readable;
}

/** The container was not started, so that another may take its place. */
export interface NotBegun {
  readonly type: 'not-begun';
  readonly failure: CallFailure;
}

/** Why the watch is ended before the container is. */
type Cause = 'timeout' | 'output-limit' | 'cancelled' | 'output-lost';

/** Ends the watch; the first cause counts. */
type StopWatching = (cause: Cause) => void;

/**
 * Starts a container and stays with it to its end. When this returns, it is dead or nothing is known
 * of it; removing it is left to the caller.
 */
export async function watchContainer(
  calls: Calls,
  watch: Watch,
): Promise<ContainerOutcome | NotBegun> {
  const { name, request, signal } = watch;
  const stopped = new AbortController();
  const stop: StopWatching = (cause) => {
    // An abortion's reason stays the first one.
    stopped.abort(cause);
  };
  const limits = {
    ...request,
    terminal: request.surroundings?.terminal ?? false,
    onOverflow: () => {
      stop('output-limit');
    },
  };
  // Reading begins before the start, so that nothing is missed.
  const output = readOutput(watch.stream, limits);
  const started = await callContainer(
    calls,
    { name, act: 'start', seconds: START_SECONDS, signal },
    (container, abortSignal) => container.start({ abortSignal }),
  );
  const startedAt = performance.now();
  if (started.type === 'failed') {
    output.close();
    await output.end;
    return notStarted(started.failure, signal);
  }
  try {
    const waited = await waitWithLimits(calls, watch, output, stop, stopped.signal);
    const seconds = (performance.now() - startedAt) / 1000;
    if (stopped.signal.reason === 'cancelled') return { type: 'cancelled', seconds };
    return await conclude(calls, name, { output, stopped: stopped.signal, waited, seconds });
  } finally {
    output.close();
  }
}

function notStarted(failure: CallFailure, signal: AbortSignal): ContainerOutcome | NotBegun {
  if (signal.aborted) return { type: 'cancelled', seconds: 0 };
  // Only a refusal proves that nothing ran: a lost answer may have been a success.
  return failure.type === 'refused'
    ? { type: 'not-begun', failure }
    : { type: 'engine-failed', reason: failure.message, seconds: 0 };
}

/** Waits for the container's end, the caller's interruption, or the first limit that is met. */
async function waitWithLimits(
  calls: Calls,
  watch: Watch,
  output: OutputReader,
  stop: StopWatching,
  stopped: AbortSignal,
): Promise<Waited> {
  const { request, signal, name } = watch;
  const cancel = (): void => {
    stop('cancelled');
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const expire = (): void => {
    stop('timeout');
  };
  request.expiry?.addEventListener('abort', expire, { once: true });
  if (request.expiry?.aborted === true) expire();
  const late = setTimeout(expire, request.timeoutSeconds * 1000);
  let apart: NodeJS.Timeout | undefined;
  let over = false;
  const watchOutput = async (): Promise<void> => {
    const end = await output.end;
    if (end.type === 'broken') stop('output-lost');
    else if (!over) {
      apart = setTimeout(() => {
        stop('output-lost');
      }, calls.timeScale * APART_MILLISECONDS);
    }
  };
  // A callback of the caller's that throws must end the watch as well as fail it.
  watchOutput().catch(() => {
    stop('output-lost');
  });
  try {
    return await waitForEnd(calls, name, request.timeoutSeconds, stopped);
  } finally {
    over = true;
    clearTimeout(late);
    clearTimeout(apart);
    signal.removeEventListener('abort', cancel);
    request.expiry?.removeEventListener('abort', expire);
  }
}

/** The result of waiting for the end. */
type Waited =
  | { readonly type: 'ended'; readonly status: number }
  /** It has ended, but the engine did not report how; an inspection of the container may. */
  | { readonly type: 'unclear' }
  /** The container may be running, but the engine breaks off every wait for it. */
  | { readonly type: 'given-up'; readonly reason: string };

async function waitForEnd(
  calls: Calls,
  name: string,
  timeoutSeconds: number,
  stopped: AbortSignal,
): Promise<Waited> {
  for (let n = 1; ; n += 1) {
    // Without a condition, an engine also answers for a container that ended before the question.
    const result = await callContainer(
      calls,
      { name, act: 'wait', seconds: timeoutSeconds + 60, signal: stopped },
      (container, abortSignal) =>
        container.wait({ abortSignal }) as Promise<{ StatusCode?: unknown }>,
    );
    if (result.type === 'ok') {
      const status = result.value.StatusCode;
      return typeof status === 'number' ? { type: 'ended', status } : { type: 'unclear' };
    }
    if (stopped.aborted || !isTransient(result.failure)) return { type: 'unclear' };
    const state = await inspectContainer(calls, name);
    if (state.type === 'unknown') return { type: 'given-up', reason: state.reason };
    if (state.type !== 'known' || !state.running) return { type: 'unclear' };
    if (n >= WAITS) return { type: 'given-up', reason: result.failure.message };
    await waitToRetry(calls, n + 1, FIRST_DELAY, stopped);
  }
}

interface WatchEnd {
  readonly output: OutputReader;
  /** Aborted with the cause where the watch was ended. */
  readonly stopped: AbortSignal;
  readonly waited: Waited;
  readonly seconds: number;
}

/** Makes sure that the container is dead and its output read, and decides the outcome. */
async function conclude(calls: Calls, name: string, end: WatchEnd): Promise<ContainerOutcome> {
  let before: StateSeen | undefined;
  if (end.stopped.aborted || end.waited.type === 'given-up') {
    before = await inspectContainer(calls, name);
    if (before.type !== 'gone') await killAndWait(calls, name);
  }
  const silence = calls.timeScale * APART_MILLISECONDS;
  const read = await endOfOutput(end.output, silence);
  const state = await inspectContainer(calls, name);
  // Only now: the limit of the output can be met after the container's end.
  const cause = end.stopped.reason as Cause | undefined;
  const seen: Omit<Seen, 'events'> = {
    cause: cause === 'timeout' || cause === 'output-limit' ? cause : undefined,
    paused: before?.type === 'known' && before.paused,
    output: trust(read, before, end.waited),
    state,
    waited: end.waited.type === 'ended' ? end.waited.status : undefined,
    firstWords: end.output.firstWords(),
    seconds: end.seconds,
  };
  return decideOutcome({ ...seen, events: await eventsFor(calls, name, seen) });
}

/**
 * The output is whole only if it ended because the container did.
 *
 * @param before its state before it was killed; undefined where it ended first
 */
function trust(output: OutputEnd, before: StateSeen | undefined, waited: Waited): OutputEnd {
  if (output.type === 'broken') return output;
  if (waited.type === 'given-up') {
    const reason = `The engine does not wait for the container: ${waited.reason}`;
    return { type: 'broken', reason };
  }
  if (before?.type === 'unknown') return { type: 'broken', reason: before.reason };
  if (before?.type !== 'known' || !before.running) return output;
  const reason = 'The output ended while the container was still running, so it may be incomplete.';
  return { type: 'broken', reason };
}

async function killAndWait(calls: Calls, name: string): Promise<void> {
  await killContainer(calls, name);
  await callContainer(
    calls,
    { name, act: 'wait', seconds: KILL_SECONDS },
    (container, abortSignal) => container.wait({ abortSignal }),
  );
}

async function eventsFor(
  calls: Calls,
  name: string,
  seen: Omit<Seen, 'events'>,
): Promise<EventsSeen> {
  if (!needsEvents(seen) || seen.state.type !== 'known') return { type: 'not-asked' };
  const { startedAt, finishedAt } = seen.state;
  return await readEvents(calls, name, startedAt, finishedAt + LATE_EVENT_SECONDS);
}
