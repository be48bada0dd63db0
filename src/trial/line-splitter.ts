/** Output in chunks -> lines, bounded. What comes from a container is not trusted. */

/** A line longer than this is malformed; the contract's lines are far shorter. */
export const LONGEST_LINE_BYTES = 64 * 1024;

/** What the output held. */
export type Line =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'malformed'; readonly reason: string };

/** Splits a stream of bytes at newlines; memory stays below one line however the bytes arrive. */
export class LineSplitter {
  readonly #onLine: (line: Line) => void;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** The rest of a line that was too long is dropped up to its newline. */
  #dropping = false;

  constructor(onLine: (line: Line) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(0x0a, from);
      const end = newline === -1 ? chunk.length : newline;
      this.#keep(chunk.subarray(from, end));
      if (newline === -1) return;
      this.#flush();
      from = newline + 1;
    }
  }

  /** Ends the output. Bytes after the last newline were cut off, and are malformed. */
  end(): void {
    if (this.#pendingBytes === 0 || this.#dropping) return;
    const start = Buffer.concat(this.#pending).toString('utf8').slice(0, 80);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#onLine({
      type: 'malformed',
      reason: `the output ends in the middle of a line: ${JSON.stringify(start)}`,
    });
  }

  #keep(part: Buffer): void {
    if (this.#dropping || part.length === 0) return;
    this.#pendingBytes += part.length;
    if (this.#pendingBytes > LONGEST_LINE_BYTES) {
      this.#dropping = true;
      this.#pending = [];
      this.#onLine({
        type: 'malformed',
        reason: `a line of output is longer than ${LONGEST_LINE_BYTES} bytes`,
      });
      return;
    }
    // Copied, since the buffer belongs to whoever read it from the socket.
    this.#pending.push(Buffer.from(part));
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending);
    const dropped = this.#dropping;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#dropping = false;
    if (dropped) return;
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      const start = JSON.stringify(bytes.toString('latin1').slice(0, 80));
      this.#onLine({ type: 'malformed', reason: `a line of output is not UTF-8: ${start}` });
      return;
    }
    this.#onLine({ type: 'line', text });
  }
}
