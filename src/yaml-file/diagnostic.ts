/** A mistake in a file that a person can fix. Pure. */

/** Something that a person can fix; the renderer makes the message a sentence. */
export interface Problem {
  readonly message: string;
  /** The allowed values, or the value that was probably meant. */
  readonly hint?: string | undefined;
}

/** A part of a text, in UTF-16 units from its start; `end` is not part of it. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A problem at a place of a file. */
export interface Diagnostic extends Problem {
  /** The file's path, as the user gave it. */
  readonly file: string;
  /** Null if the problem is the file as a whole: that it is missing, or too large. */
  readonly range: TextRange | null;
}

/** A place as editors count it: both from 1, the column in characters. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The line and column of an offset. LF, CRLF and a lone CR end a line.
 *
 * @param offset in UTF-16 units; beyond the text's end it means the end
 */
export function positionOf(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  const lines = before.split(/\r\n|[\r\n]/u);
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}
