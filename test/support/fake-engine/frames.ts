/** Frames of the stream in which an engine sends both outputs of a container. */

/** A piece of output: 1 is standard output, 2 standard error. */
export interface Piece {
  readonly stream: number;
  readonly text: string | Buffer;
}

/** The pieces as Docker's API sends them: an 8-byte header with stream and length before each. */
export function frames(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.flatMap(({ stream, text }) => {
      const payload = Buffer.from(text);
      const header = Buffer.alloc(8);
      header.writeUInt8(stream, 0);
      header.writeUInt32BE(payload.length, 4);
      return [header, payload];
    }),
  );
}
