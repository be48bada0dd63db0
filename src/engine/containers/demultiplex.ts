/**
 * The stream in which an engine sends both outputs of a container over one connection.
 *
 * Format (Docker Engine API, "Stream format" of ContainerAttach): frames of an 8-byte header and a
 * payload. The header is the stream (0 standard input, 1 standard output, 2 standard error), three
 * zero bytes, and the payload's length as 32 bits, most significant byte first. Docker's own
 * writer uses stream 3 for an error of the engine itself.
 *
 * The client library has its own reader, which calls itself once a frame: many small frames
 * overflow the stack. This one is a loop, copies nothing, and holds at most one header.
 */
import type { ContainerRequest } from '../engine.ts';

const HEADER_BYTES = 8;
/** The limit for an engine's own error, which should be short. */
const MESSAGE_BYTES = 4096;

interface Demultiplexer {
  /**
   * Passes on what is in the chunk.
   *
   * @returns why the stream cannot be trusted to be whole; then it passes on nothing more
   */
  push(chunk: Buffer): string | undefined;
  /** To be called when the stream is at its end: a frame that is not complete is a breakage as well. */
  end(): string | undefined;
}

/** A reader for one stream. Payloads are passed on as they come, so that a frame may arrive in parts. */
export function demultiplex(
  outputs: Pick<ContainerRequest, 'onStdout' | 'onStderr'>,
): Demultiplexer {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let stream = 0;
  let missing = 0;
  let message = Buffer.alloc(0);
  let breakage: string | undefined;

  const beginFrame = (): string | undefined => {
    headerBytes = 0;
    stream = header.readUInt8(0);
    missing = header.readUInt32BE(4);
    if (stream > 3 || header.readUIntBE(1, 3) !== 0) {
      return `The output stream is damaged: ${header.toString('hex')} is not a frame header.`;
    }
    // An empty error is one as well.
    return stream === 3 ? passOn(Buffer.alloc(0)) : undefined;
  };

  const passOn = (payload: Buffer): string | undefined => {
    missing -= payload.length;
    if (stream === 3) {
      message = Buffer.concat([message, payload.subarray(0, MESSAGE_BYTES - message.length)]);
      return missing === 0
        ? `The engine reported an error in the output stream: ${message.toString('utf8').trim()}`
        : undefined;
    }
    (stream === 2 ? outputs.onStderr : outputs.onStdout)(payload);
    return undefined;
  };

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length && breakage === undefined) {
        if (missing > 0) {
          const payload = chunk.subarray(at, at + missing);
          at += payload.length;
          breakage = passOn(payload);
        } else {
          const copied = chunk.copy(header, headerBytes, at, at + HEADER_BYTES - headerBytes);
          at += copied;
          headerBytes += copied;
          if (headerBytes === HEADER_BYTES) breakage = beginFrame();
        }
      }
      return breakage;
    },
    end() {
      const isInFrame = missing > 0 || headerBytes > 0;
      return (
        breakage ?? (isInFrame ? 'The output stream ended in the middle of a frame.' : undefined)
      );
    },
  };
}
