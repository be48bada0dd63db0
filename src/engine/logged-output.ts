/**
 * Output by way of the engine's log of it, for an engine that attaches only to what runs already
 * (Podman 4.3 answers 409). It is followed for the limits' sake, and what a follower missed at the
 * end is read from the log's beginning again afterwards.
 */
import type { Readable } from 'node:stream';
import type { CallResult, Calls } from './calls.ts';
import { callAgain, settled } from './calls.ts';
import type { OutputEnd } from './container-end.ts';
import type { OutputLimits, OutputReader } from './output.ts';
import { endOfOutput, readOutput } from './output.ts';

const SECONDS = 30;

/** Reads the log from its beginning; it ends when the container does. */
export async function followLog(
  calls: Calls,
  name: string,
  limits: OutputLimits,
  signal?: AbortSignal,
): Promise<CallResult<OutputReader>> {
  const opened = await settled(
    callAgain(
      calls,
      { what: 'GET /containers/…/logs', seconds: SECONDS, signal },
      (docker, abortSignal) =>
        docker.getContainer(name).logs({ follow: true, stdout: true, stderr: true, abortSignal }),
    ),
  );
  return opened.type === 'failed'
    ? opened
    : { type: 'ok', value: readOutput(opened.value as unknown as Readable, limits) };
}

/**
 * Passes on what a dead container's log has beyond what was passed on already.
 *
 * @param passed bytes of each stream that were passed on
 * @param silence milliseconds after which a log that neither goes on nor ends is given up
 */
export async function readRestOfLog(
  calls: Calls,
  name: string,
  limits: OutputLimits,
  passed: { readonly stdout: number; readonly stderr: number },
  silence: number,
): Promise<OutputEnd> {
  const log = await followLog(calls, name, { ...limits, skip: passed });
  return log.type === 'failed'
    ? { type: 'broken', reason: `The engine's log cannot be read: ${log.failure.message}` }
    : await endOfOutput(log.value, silence);
}
