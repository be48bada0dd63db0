/** One container from its creation to its removal, whatever happens in between. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Calls, type CallResult, callOnce, toResult, waitToRetry } from '../calls.ts';
import { callContainer, removeContainer } from './containers.ts';
import { withGrace } from '../deadline.ts';
import type { ContainerOutcome, ContainerRequest } from '../engine.ts';
import { type CallFailure, isTransient, engineMessage } from '../failure.ts';
import { containerSettings } from './hardening.ts';
import { type Quirks, type RunMemory, remember } from './quirks.ts';
import { type NotBegun, watchContainer } from './watch-container.ts';

const CREATE_SECONDS = 60;
const ATTACH_SECONDS = 30;
const FILL_SECONDS = 60;
/** How long a creation that has begun, or the removal, may take while a user waits for the end. */
const HURRIED_SECONDS = 3;
/** Creations and starts in all that are tried while the engine fails them for its own reasons. */
const TRIES = 3;
const FIRST_DELAY = 300;

/**
 * Runs one container. It is removed before the outcome is returned; where the engine does not do
 * that, its labels let a later run find it.
 *
 * Until the engine has begun to start it, a failure of the engine is retried with a new container,
 * because nothing has run yet. After that every failure is an outcome.
 */
export async function runContainer(
  calls: Calls,
  memory: RunMemory,
  request: ContainerRequest,
  signal: AbortSignal,
): Promise<ContainerOutcome> {
  for (let n = 1; ; n += 1) {
    const { quirks } = memory;
    const result = await attempt(calls, quirks, request, signal);
    if (result.type !== 'not-begun') return result;
    if (signal.aborted) return { type: 'cancelled', seconds: 0 };
    const { failure } = result;
    if (remember(memory, quirks, failure)) continue;
    if (n >= TRIES || !isTransient(failure)) {
      return failure.type === 'refused'
        ? { type: 'not-started', reason: failure.message }
        : { type: 'engine-failed', reason: failure.message, seconds: 0 };
    }
    await waitToRetry(calls, n + 1, FIRST_DELAY, signal);
  }
}

async function attempt(
  calls: Calls,
  quirks: Quirks,
  request: ContainerRequest,
  signal: AbortSignal,
): Promise<ContainerOutcome | NotBegun> {
  const notBegun = (failure: CallFailure): NotBegun => ({ type: 'not-begun', failure });
  if (signal.aborted) return { type: 'cancelled', seconds: 0 };
  // A known name, so that it can be removed even if the answer to its creation is lost.
  const name = `matrix-${randomUUID()}`;
  const created = await create(calls, name, quirks, request, signal);
  if (created.type === 'failed' && created.failure.type === 'refused') {
    return notBegun(created.failure);
  }
  let stream: Readable | undefined;
  try {
    if (created.type === 'failed') return notBegun(created.failure);
    const filled = await fillVolume(calls, name, request, signal);
    if (filled.type === 'failed') return notBegun(filled.failure);
    const attached = await callContainer(
      calls,
      { name, act: 'attach', seconds: ATTACH_SECONDS, signal },
      (container, abortSignal) =>
        container.attach({ stream: true, stdout: true, stderr: true, abortSignal }),
    );
    if (attached.type === 'failed') return notBegun(attached.failure);
    stream = attached.value as unknown as Readable;
    return await watchContainer(calls, { name, request, signal, stream });
  } finally {
    stream?.destroy();
    await remove(calls, name, created.type === 'ok', signal);
  }
}

async function create(
  calls: Calls,
  name: string,
  quirks: Quirks,
  request: ContainerRequest,
  signal: AbortSignal,
): Promise<CallResult<unknown>> {
  // An engine continues creating a container after its caller disconnects, so the container could
  // appear after its removal was requested.
  return await withGrace(signal, calls.timeScale * HURRIED_SECONDS, (graceful) =>
    toResult(
      callOnce(
        calls,
        { what: 'POST /containers/create', seconds: CREATE_SECONDS, signal: graceful },
        (docker, abortSignal) =>
          docker.createContainer({
            ...containerSettings(request, name, quirks),
            abortSignal,
          }),
      ),
    ),
  );
}

/** Puts the files of a container's volume in place before anything runs in it. */
export async function fillVolume(
  calls: Calls,
  name: string,
  { surroundings }: Pick<ContainerRequest, 'surroundings'>,
  signal?: AbortSignal,
): Promise<CallResult<unknown>> {
  if (!surroundings) return { type: 'ok', value: undefined };
  const { path, archive } = surroundings.volume;
  return await toResult(
    callOnce(
      calls,
      { what: 'PUT /containers/…/archive', seconds: FILL_SECONDS, signal },
      (docker, abortSignal) =>
        docker.getContainer(name).putArchive(archive(), { path, abortSignal }),
    ),
  );
}

/** Removes the container; what cannot be removed is reported aloud, and found again by its labels. */
async function remove(
  calls: Calls,
  name: string,
  surelyCreated: boolean,
  signal: AbortSignal,
): Promise<void> {
  try {
    await withGrace(signal, calls.timeScale * HURRIED_SECONDS, (hurried) =>
      removeContainer(calls, name, hurried),
    );
  } catch (error) {
    if (surelyCreated) calls.notify(engineMessage(error));
  }
}
