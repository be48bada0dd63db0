/** A call that an engine answers with a stream of progress. */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Calls } from '../calls.ts';
import { callOnce, isLost } from '../calls.ts';
import { CancelledError, DeadlineError, engineMessage } from '../failure.ts';
import type { Progress } from './progress-stream.ts';
import { readProgress } from './progress-stream.ts';

/** Seconds of a pull or a push as a whole, however lively it is. */
const LONGEST_SECONDS = 3600;

export interface StreamedCall {
  /** The subject of the sentences about its failures. */
  readonly what: string;
  /** The request's body; destroyed in any case. */
  readonly source?: Readable;
  readonly onLine: (line: string) => void;
  readonly limit: { readonly seconds: number; readonly of: 'whole' | 'silence' };
  readonly signal: AbortSignal;
  readonly begin: (docker: Docker, abortSignal: AbortSignal) => Promise<NodeJS.ReadableStream>;
}

/**
 * Makes the call, and reads its stream to the end.
 *
 * @param conclude gives the result of the call, or why it failed although the engine reported no
 * error
 */
export async function runStreamedCall<Done>(
  calls: Calls,
  call: StreamedCall,
  conclude: (progress: Progress) => Promise<Done | string>,
): Promise<
  | Done
  | {
      readonly type: 'failed';
      readonly reason: string;
      readonly log: readonly string[];
      /** As of {@link isLost}. */
      readonly isLost: boolean;
    }
  | { readonly type: 'cancelled' }
> {
  const { what, source, signal } = call;
  const began = performance.now();
  let sourceError: Error | undefined;
  // Listening also keeps a source that breaks too late from ending the process.
  source?.on('error', (error) => (sourceError ??= error));
  let log: readonly string[] = [];
  const failed = (reason: string, lost = false) =>
    ({ type: 'failed', reason: `${what} failed: ${reason}`, log, isLost: lost }) as const;
  try {
    const options = { what, seconds: call.limit.seconds, signal };
    const response = await callOnce(calls, options, call.begin);
    const spent = (performance.now() - began) / 1000;
    const { progress, cut } = await follow(response, call, spent);
    log = progress.log;
    // The engine's report is more specific than the cut connection after it, but a torn line is no report.
    if (cut !== undefined && (progress.error === undefined || progress.isUnreadable)) throw cut;
    if (progress.error !== undefined) return failed(progress.error, progress.isUnreadable);
    const done = await conclude(progress);
    return typeof done === 'string' ? failed(done) : done;
  } catch (error) {
    // Only a bug of this program's own throws these.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (signal.aborted || error instanceof CancelledError) return { type: 'cancelled' };
    const lost = sourceError === undefined && (await isLost(calls, error));
    return failed(engineMessage(sourceError ?? error), lost);
  } finally {
    source?.destroy();
  }
}

/** Reads a progress stream to its end, its limit, or the caller's interruption. */
async function follow(
  response: NodeJS.ReadableStream,
  { limit, signal, what, onLine }: StreamedCall,
  spentSeconds: number,
): Promise<{ progress: Progress; cut: Error | undefined }> {
  const reader = readProgress(onLine);
  let cut: Error | undefined;
  const cutOff = (error: Error): void => {
    cut ??= error;
    // Closing the connection is how the engine learns that the build is to stop.
    (response as unknown as { destroy(error: Error): void }).destroy(error);
  };
  const silence = limit.of === 'silence';
  const longest = silence ? LONGEST_SECONDS : limit.seconds;
  const late = setTimeout(
    () => {
      cutOff(new DeadlineError(`${what} took longer than ${longest} s`));
    },
    (longest - spentSeconds) * 1000,
  );
  const silent = setTimeout(() => {
    cutOff(new DeadlineError(`${what}: no answer for ${limit.seconds} s`));
  }, limit.seconds * 1000);
  if (!silence) clearTimeout(silent);
  const cancel = (): void => {
    cutOff(new CancelledError(`${what}: interrupted`));
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for await (const chunk of response) {
      reader.push(chunk as Buffer);
      if (silence) silent.refresh();
    }
  } catch (error) {
    cut ??= error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(late);
    clearTimeout(silent);
    signal.removeEventListener('abort', cancel);
  }
  return { progress: reader.end(), cut };
}
