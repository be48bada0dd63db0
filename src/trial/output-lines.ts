/** Output in chunks -> lines, with bounded memory. Output of a container is not trusted. */
import { failed, ok, type Result } from '../result.ts';

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

/** A line as it came. */
interface RawLine {
  readonly bytes: Buffer;
  /** Whether bytes beyond {@link LONGEST_LINE_BYTES} were dropped. */
  readonly cut: boolean;
  /** False for what comes after the last separator. */
  readonly ended: boolean;
}

/** Splits one stream at separators; memory stays below one line however the bytes arrive. */
class BoundedLines {
  readonly #separators: readonly number[];
  readonly #onLine: (line: RawLine) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #cut = false;

  constructor(separators: readonly number[], onLine: (line: RawLine) => void) {
    this.#separators = separators;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (!this.#separators.includes(chunk[at] ?? 0)) continue;
      this.#keep(chunk.subarray(from, at));
      this.#flush(true);
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** Ends the output. */
  end(): void {
    if (this.#pendingBytes > 0) this.#flush(false);
  }

  #keep(part: Buffer): void {
    const room = LONGEST_LINE_BYTES - this.#pendingBytes;
    if (part.length > room) this.#cut = true;
    if (part.length === 0 || room === 0) return;
    // Copied, since the buffer belongs to the code that read it from the socket.
    const kept = Buffer.from(part.subarray(0, room));
    this.#pending.push(kept);
    this.#pendingBytes += kept.length;
  }

  #flush(ended: boolean): void {
    const line = { bytes: Buffer.concat(this.#pending), cut: this.#cut, ended };
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#cut = false;
    this.#onLine(line);
  }
}

/**
 * The lines of a program that knows nothing of us, which may be anything: not UTF-8, coloured, redrawn
 * in place, or without a last newline. Empty ones are left out.
 */
export class OutputLines extends BoundedLines {
  constructor(onLine: (line: OutputLine) => void) {
    super([NEWLINE, RETURN], ({ bytes, cut }) => {
      if (bytes.length > 0) onLine({ text: bytes.toString('utf8').replaceAll(ESCAPES, ''), cut });
    });
  }
}

/** The lines of the trial contract: UTF-8, each with its newline, and far shorter than the limit. */
export class ContractLines extends BoundedLines {
  /** @param onLine gets each line, or why it is none */
  constructor(onLine: (line: Result<string, string>) => void) {
    super([NEWLINE], (line) => {
      onLine(contractLine(line));
    });
  }
}

function contractLine({ bytes, cut, ended }: RawLine): Result<string, string> {
  if (cut) return failed(`a line of output is longer than ${LONGEST_LINE_BYTES} bytes`);
  if (!ended) {
    const start = JSON.stringify(bytes.toString('utf8').slice(0, 80));
    return failed(`the output ends in the middle of a line: ${start}`);
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const start = JSON.stringify(bytes.toString('latin1').slice(0, 80));
    return failed(`a line of output is not UTF-8: ${start}`);
  }
}
