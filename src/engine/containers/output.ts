/** Reading what a container writes, up to its limit and to the very end. */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutputEnd } from './container-end.ts';
import { demultiplex } from './demultiplex.ts';
import type { ContainerRequest } from '../engine.ts';
import { engineMessage } from '../failure.ts';

/** Bytes of standard error that are kept for the message of an init that found no program. */
const FIRST_WORDS_BYTES = 300;

/** The output of one container while it is read. */
export interface OutputReader {
  /** Settles when the stream is at its end, and never rejects but for a bug of the caller's. */
  readonly end: Promise<OutputEnd>;
  /** When the last chunk came, by `performance.now()`. */
  lastChunkAt(): number;
  /** The beginning of standard error. */
  firstWords(): string;
  /** Gives the stream up. */
  close(): void;
}

/** Where the bytes go, and what happens when there are too many. */
interface OutputLimits extends Pick<ContainerRequest, 'onStdout' | 'onStderr' | 'outputBytes'> {
  /** Whether the stream is a terminal's, which has no frames and is all of stdout. */
  readonly terminal: boolean;
  /** Called once; later output is read and dropped. */
  readonly onOverflow: () => void;
}

/** Begins to read at once. */
export function readOutput(stream: Readable, limits: OutputLimits): OutputReader {
  let passed = 0;
  let firstWords = Buffer.alloc(0);
  let overflown = false;
  let lastChunkAt = performance.now();

  const take = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    if (overflown) return;
    const fitting = chunk.subarray(0, limits.outputBytes - passed);
    passed += fitting.length;
    if (name === 'stderr' && firstWords.length < FIRST_WORDS_BYTES) {
      const wanted = fitting.subarray(0, FIRST_WORDS_BYTES - firstWords.length);
      // A copy, since the chunk is a window on a buffer that would be kept with it.
      firstWords = Buffer.concat([firstWords, wanted]);
    }
    if (fitting.length > 0) (name === 'stdout' ? limits.onStdout : limits.onStderr)(fitting);
    if (fitting.length < chunk.length) {
      overflown = true;
      limits.onOverflow();
    }
  };

  const read = async (): Promise<OutputEnd> => {
    const [onStdout, onStderr] = [take('stdout'), take('stderr')];
    const frames = limits.terminal ? undefined : demultiplex({ onStdout, onStderr });
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<unknown>;
      try {
        next = await chunks.next();
      } catch (error) {
        return { type: 'broken', reason: `The output stream was cut: ${engineMessage(error)}.` };
      }
      if (next.done === true) break;
      lastChunkAt = performance.now();
      const chunk = next.value as Buffer;
      if (frames === undefined) onStdout(chunk);
      const breakage = frames?.push(chunk);
      if (breakage !== undefined) {
        stream.destroy();
        return { type: 'broken', reason: breakage };
      }
    }
    const breakage = frames?.end();
    return breakage === undefined ? { type: 'whole' } : { type: 'broken', reason: breakage };
  };

  return {
    end: read(),
    lastChunkAt: () => lastChunkAt,
    firstWords: () => firstWords.toString('utf8'),
    close: () => {
      stream.destroy();
    },
  };
}

/**
 * The end of the output, or that it did not come: once the container is dead, a stream that is
 * silent for a while will not end any more.
 *
 * @param silence milliseconds
 */
export async function endOfOutput(output: OutputReader, silence: number): Promise<OutputEnd> {
  const done = new AbortController();
  const asked = performance.now();
  const silent = async (): Promise<OutputEnd> => {
    for (;;) {
      const left = Math.max(asked, output.lastChunkAt()) + silence - performance.now();
      if (left <= 0) break;
      await sleep(left, undefined, { signal: done.signal });
    }
    return { type: 'broken', reason: 'The output did not end with the container.' };
  };
  const silenced = silent();
  silenced.catch(() => undefined);
  try {
    return await Promise.race([output.end, silenced]);
  } finally {
    done.abort();
    output.close();
  }
}
