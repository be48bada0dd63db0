/**
 * What a program that knows nothing of us writes -> lines, with bounded memory. Unlike the trial
 * contract's lines these may be anything: no UTF-8, coloured, redrawn in place, or without a last
 * newline.
 */

/** The part of a line that is kept; patterns cannot be trusted with more of it. */
export const LONGEST_LINE_BYTES = 64 * 1024;

/** A line as a pattern sees it. */
export interface OutputLine {
  /** Invalid bytes are U+FFFD, and terminal escapes are taken out. */
  readonly text: string;
  /** Whether the line was longer than {@link LONGEST_LINE_BYTES}, so that its end is missing. */
  readonly cut: boolean;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

// Control sequences (colours, cursor) and titles, of ECMA-48. Neither part can match in two ways, so
// that the time is linear.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** Splits one stream at line feeds and carriage returns. */
export class OutputLines {
  readonly #onLine: (line: OutputLine) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #cut = false;

  constructor(onLine: (line: OutputLine) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (chunk[at] !== NEWLINE && chunk[at] !== RETURN) continue;
      this.#keep(chunk.subarray(from, at));
      this.#flush();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** Ends the output; what comes after the last newline is a line, too. */
  end(): void {
    this.#flush();
  }

  #keep(part: Buffer): void {
    const room = LONGEST_LINE_BYTES - this.#pendingBytes;
    if (part.length > room) this.#cut = true;
    if (part.length === 0 || room === 0) return;
    // Copied, since the buffer belongs to whoever read it from the socket.
    const kept = Buffer.from(part.subarray(0, room));
    this.#pending.push(kept);
    this.#pendingBytes += kept.length;
  }

  #flush(): void {
    if (this.#pendingBytes === 0) return;
    const text = Buffer.concat(this.#pending).toString('utf8').replaceAll(ESCAPES, '');
    const cut = this.#cut;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#cut = false;
    this.#onLine({ text, cut });
  }
}
