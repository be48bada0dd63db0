/** Lists, inspects, ends and removes the engine's containers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerInfo } from 'dockerode';
import type { CallResult, Calls } from '../calls.ts';
import { callOnce, callWithRetry, request, toResult } from '../calls.ts';
import type { EventsSeen, StateSeen } from './container-end.ts';
import { type StoredContainer, EngineError } from '../engine.ts';
import { classifyFailure, isRefusal, engineMessage } from '../failure.ts';
import { fields, nonEmptyText } from '../loose-json.ts';

const SECONDS = 15;
/** What engines call a container that has an exit status: Docker the first two, Podman also the last. */
const ENDED: ReadonlySet<string> = new Set(['exited', 'dead', 'stopped']);
/** Counting what containers have written reads all of it. */
const SIZES_SECONDS = 60;
const KILL_SECONDS = 10;
/** Deleting a container's files takes a slow disk a while. */
const REMOVAL_SECONDS = 30;
/** The time limit for a removal that the engine reports as already begun. */
const REMOVAL_MILLISECONDS = 15_000;

/**
 * Every container with the label (`key` or `key=value`), or every one at all, running or not.
 * Throws EngineError.
 */
export async function listContainers(
  calls: Calls,
  label?: string,
  sizes = false,
): Promise<readonly StoredContainer[]> {
  const found: readonly ContainerInfo[] | undefined = await request(
    calls,
    { what: 'GET /containers/json', seconds: sizes ? SIZES_SECONDS : SECONDS },
    (docker, abortSignal) =>
      docker.listContainers({
        all: true,
        size: sizes,
        filters: JSON.stringify(label === undefined ? {} : { label: [label] }),
        abortSignal,
      }),
  );
  return (found ?? []).map((container) => ({
    id: container.Id,
    labels: (container as { Labels?: Record<string, string> | null }).Labels ?? {},
    // A paused one is held by its processes as much as a running one.
    running: ['running', 'paused', 'restarting'].includes(container.State),
    size: (container as { SizeRw?: number | null }).SizeRw ?? 0,
  }));
}

/** The engine's report of one container. A missing report is a value as well. */
export async function inspectContainer(calls: Calls, name: string): Promise<StateSeen> {
  const answer = await toResult(
    callWithRetry(
      calls,
      { what: 'GET /containers/…/json', seconds: SECONDS },
      (docker, abortSignal) => docker.getContainer(name).inspect({ abortSignal }),
    ),
  );
  if (answer.type === 'ok') return readState(answer.value);
  if (isRefusal(answer.failure, 404)) return { type: 'gone' };
  const reason = `The engine does not report the container's state: ${answer.failure.message}.`;
  return { type: 'unknown', reason };
}

/** Reads the state out of an engine's answer; `unknown` where a part is not what it should be. */
function readState(answer: unknown): StateSeen {
  const state = fields(fields(answer)['State']);
  const running = state['Running'];
  const status = state['ExitCode'];
  const called = nonEmptyText(state['Status']) ?? '';
  if (called === 'removing') return { type: 'gone' };
  if (typeof running !== 'boolean' || typeof status !== 'number') {
    return { type: 'unknown', reason: 'The engine states no exit status for the container.' };
  }
  // Before its end is put down, its status is 0 as if its program had succeeded.
  if (!running && !ENDED.has(called)) {
    const reason = `The engine calls the container ${called || 'nothing'}, not ended.`;
    return { type: 'unknown', reason };
  }
  return {
    type: 'known',
    running,
    paused: state['Paused'] === true,
    status,
    oomKilled: state['OOMKilled'] === true,
    error: nonEmptyText(state['Error']) ?? '',
    startedAt: epochSeconds(state['StartedAt']),
    finishedAt: epochSeconds(state['FinishedAt']),
  };
}

function epochSeconds(time: unknown): number {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000;
}

/**
 * The events of a container between two moments of the engine's clock. The engine answers once the
 * second moment has passed.
 *
 * @param since seconds of the Unix epoch
 * @param until at most a few seconds ahead
 */
export async function readEvents(
  calls: Calls,
  id: string,
  since: number,
  until: number,
): Promise<EventsSeen> {
  try {
    const events = await callWithRetry(
      calls,
      { what: 'GET /events', seconds: KILL_SECONDS },
      async (docker, abortSignal) => {
        const stream = await docker.getEvents({
          since: Math.floor(since),
          until: Math.ceil(until),
          filters: JSON.stringify({ container: [id], event: ['oom', 'kill'] }),
          abortSignal,
        });
        let received = '';
        for await (const chunk of stream) {
          received += (chunk as Buffer).toString('utf8');
          if (received.length > 1_000_000) break;
        }
        return received;
      },
    );
    return parseEvents(events);
  } catch (error) {
    return { type: 'unknown', reason: engineMessage(error) };
  }
}

function parseEvents(events: string): EventsSeen {
  let outOfMemory = false;
  let killedWith: string | undefined;
  for (const line of events.split('\n')) {
    if (line.trim() === '') continue;
    let event: Readonly<Record<string, unknown>>;
    try {
      event = fields(JSON.parse(line));
    } catch {
      return { type: 'unknown', reason: 'The engine sent an event that cannot be read.' };
    }
    const action = event['Action'] ?? event['status'];
    if (action === 'oom') outOfMemory = true;
    if (action === 'kill') {
      const { signal } = fields(fields(event['Actor'])['Attributes']);
      killedWith ??= nonEmptyText(signal) ?? 'of an unknown number';
    }
  }
  return { type: 'known', outOfMemory, killedWith };
}

/** Ends all processes of a container at once. One that is not running is fine; nothing is thrown. */
export async function killContainer(calls: Calls, name: string): Promise<void> {
  const kill = () =>
    toResult(
      callWithRetry(
        calls,
        { what: 'POST /containers/…/kill', seconds: KILL_SECONDS },
        (docker, abortSignal) => docker.getContainer(name).kill({ signal: 'SIGKILL', abortSignal }),
      ),
    );
  const killed = await kill();
  // An engine kills no paused container.
  const isPaused = killed.type === 'failed' && isRefusal(killed.failure, 409);
  if (isPaused && (await unpause(calls, name))) await kill();
}

/**
 * Removes a container with its processes and its anonymous volumes; one that is not there is fine.
 *
 * @param signal ends the wait
 * @throws EngineError if the engine still has it afterwards, does not answer, or is no longer waited for
 */
export async function removeContainer(
  calls: Calls,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + calls.timeScale * REMOVAL_MILLISECONDS;
  for (;;) {
    try {
      await callWithRetry(
        calls,
        { what: 'DELETE /containers/…', seconds: REMOVAL_SECONDS, signal },
        (docker, abortSignal) =>
          docker.getContainer(name).remove({ force: true, v: true, abortSignal }),
      );
      return;
    } catch (error) {
      const failure = classifyFailure(error);
      if (isRefusal(failure, 404)) return;
      // It is paused, or another removal is in progress.
      if (!isRefusal(failure, 409) || performance.now() > deadline) {
        throw new EngineError(`The container ${name} was not removed: ${failure.message}`, {
          cause: error,
        });
      }
    }
    await unpause(calls, name);
    await sleep(calls.timeScale * 250);
  }
}

async function unpause(calls: Calls, name: string): Promise<boolean> {
  const unpaused = await callContainer(
    calls,
    { name, act: 'unpause', seconds: KILL_SECONDS },
    (container, abortSignal) => container.unpause({ abortSignal }),
  );
  return unpaused.type === 'ok';
}

/** A request about one container. */
interface ContainerCall {
  readonly name: string;
  readonly act: 'attach' | 'start' | 'unpause' | 'wait';
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/** A call about one container, tried once. */
export function callContainer<T>(
  calls: Calls,
  { name, act, ...options }: ContainerCall,
  call: (container: Container, abortSignal: AbortSignal) => Promise<T>,
): Promise<CallResult<T>> {
  return toResult(
    callOnce(calls, { ...options, what: `POST /containers/…/${act}` }, (docker, abortSignal) =>
      call(docker.getContainer(name), abortSignal),
    ),
  );
}
