/** What containers the engine has, what it says of one, and ending and removing one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerInfo } from 'dockerode';
import { type Calls, ask, callAgain, callOnce } from '../calls.ts';
import type { EventsSeen, StateSeen } from './container-end.ts';
import { type StoredContainer, EngineError } from '../engine.ts';
import { type CallFailure, classifyFailure, messageOf } from '../failure.ts';

const SECONDS = 15;
/** Counting what containers have written reads all of it. */
const SIZES_SECONDS = 60;
const KILL_SECONDS = 10;
/** Deleting a container's files takes a slow disk a while. */
const REMOVAL_SECONDS = 30;
/** How long the engine may take to end a removal that it says has already begun. */
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
  const found: readonly ContainerInfo[] | undefined = await ask(
    calls,
    { what: 'GET /containers/json', seconds: sizes ? SIZES_SECONDS : SECONDS },
    (docker, abortSignal) =>
      docker.listContainers({
        all: true,
        ...(sizes ? { size: true } : {}),
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

/** What the engine says of one container. That it does not say it is a value too. */
export async function inspectContainer(calls: Calls, name: string): Promise<StateSeen> {
  try {
    const found = await callAgain(
      calls,
      { what: 'GET /containers/…/json', seconds: SECONDS },
      (docker, abortSignal) => docker.getContainer(name).inspect({ abortSignal }),
    );
    return readState(found);
  } catch (error) {
    const failure = classifyFailure(error);
    return failure.type === 'refused' && failure.status === 404
      ? { type: 'gone' }
      : {
          type: 'unknown',
          reason: `The engine does not say how the container is: ${failure.message}.`,
        };
  }
}

/** Reads the state out of an engine's answer; `unknown` where a part is not what it should be. */
export function readState(answer: unknown): StateSeen {
  const state = (answer as { State?: Record<string, unknown> | null } | null)?.State;
  const running = state?.['Running'];
  const status = state?.['ExitCode'];
  if (typeof running !== 'boolean' || typeof status !== 'number') {
    return { type: 'unknown', reason: 'The engine states no exit status for the container.' };
  }
  const error = state?.['Error'];
  return {
    type: 'known',
    running,
    status,
    oomKilled: state?.['OOMKilled'] === true,
    error: typeof error === 'string' ? error : '',
    startedAt: epochSeconds(state?.['StartedAt']),
    finishedAt: epochSeconds(state?.['FinishedAt']),
  };
}

function epochSeconds(time: unknown): number {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000;
}

/**
 * What happened to a container between two moments by the engine's clock. The engine answers when
 * the second one has passed.
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
    const text = await callAgain(
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
    return parseEvents(text);
  } catch (error) {
    return { type: 'unknown', reason: messageOf(error) };
  }
}

function parseEvents(text: string): EventsSeen {
  let outOfMemory = false;
  let killedWith: string | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let event: {
      Action?: unknown;
      status?: unknown;
      Actor?: { Attributes?: { signal?: unknown } };
    };
    try {
      event = JSON.parse(line) as typeof event;
    } catch {
      return { type: 'unknown', reason: 'The engine sent an event that cannot be read.' };
    }
    const action = event.Action ?? event.status;
    if (action === 'oom') outOfMemory = true;
    if (action === 'kill') {
      const signal = event.Actor?.Attributes?.signal;
      killedWith ??= typeof signal === 'string' ? signal : 'of an unknown number';
    }
  }
  return {
    type: 'known',
    outOfMemory,
    ...(killedWith === undefined ? {} : { killedWith }),
  };
}

/** Ends all processes of a container at once. One that is not running is fine; nothing is thrown. */
export async function killContainer(calls: Calls, name: string): Promise<void> {
  const kill = async (): Promise<CallFailure | undefined> => {
    try {
      await callAgain(
        calls,
        { what: 'POST /containers/…/kill', seconds: KILL_SECONDS },
        (docker, abortSignal) => docker.getContainer(name).kill({ signal: 'SIGKILL', abortSignal }),
      );
      return undefined;
    } catch (error) {
      return classifyFailure(error);
    }
  };
  const failure = await kill();
  // An engine kills no paused container.
  if (failure?.type === 'refused' && failure.status === 409 && (await unpause(calls, name))) {
    await kill();
  }
}

/**
 * Removes a container with its processes and its anonymous volumes; one that is not there is fine.
 *
 * @param signal for whoever cannot wait any longer
 * @throws EngineError where the engine still has it afterwards, does not answer, or is no longer waited for
 */
export async function removeContainer(
  calls: Calls,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + calls.patience * REMOVAL_MILLISECONDS;
  for (;;) {
    try {
      await callAgain(
        calls,
        { what: 'DELETE /containers/…', seconds: REMOVAL_SECONDS, signal },
        (docker, abortSignal) =>
          docker.getContainer(name).remove({ force: true, v: true, abortSignal }),
      );
      return;
    } catch (error) {
      const failure = classifyFailure(error);
      if (failure.type === 'refused' && failure.status === 404) return;
      // Paused, or somebody else's removal of it is under way.
      const conflict = failure.type === 'refused' && failure.status === 409;
      if (!conflict || performance.now() > deadline) {
        throw new EngineError(`The container ${name} was not removed: ${failure.message}`, {
          cause: error,
        });
      }
    }
    await unpause(calls, name);
    await sleep(calls.patience * 250);
  }
}

async function unpause(calls: Calls, name: string): Promise<boolean> {
  try {
    await callOnce(
      calls,
      { what: 'POST /containers/…/unpause', seconds: KILL_SECONDS },
      (docker, abortSignal) => docker.getContainer(name).unpause({ abortSignal }),
    );
    return true;
  } catch {
    return false;
  }
}
