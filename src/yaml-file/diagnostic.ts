/** A mistake in a file that a person can fix, and how it is shown. Pure. */
import stringWidth from 'string-width';
import { asSentence } from '../text/as-sentence.ts';
import { shortened, visibleText } from '../text/visible-text.ts';

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

/** The parts of a long line that are shown before, under and after the squiggle, in characters. */
const SHOWN = { before: 80, under: 80, after: 60 } as const;

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

/**
 * Shows a diagnostic for a terminal: file, line, column and message, the line with a squiggle under
 * the problem, then the hint. For any file, the result has no control character except LF, and no
 * line is longer than a few hundred columns, apart from the message's own.
 *
 * @param source the text that the diagnostic is about
 * @returns several lines, without a line break at the end
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: string): string {
  const file = visibleText(diagnostic.file);
  const { range } = diagnostic;
  const hint = diagnostic.hint === undefined ? [] : [`    ${visibleText(diagnostic.hint)}`];
  if (range === null)
    return [`${file}: ${visibleText(asSentence(diagnostic.message))}`, ...hint].join('\n');
  const { line, column } = positionOf(source, range.start);
  return [
    `${file}:${line}:${column}: ${visibleText(asSentence(diagnostic.message))}`,
    ...excerpt(source, range, line),
    ...hint,
  ].join('\n');
}

/** The line of a range's start and, below it, the squiggle. */
function excerpt(source: string, range: TextRange, line: number): readonly [string, string] {
  const start = Math.min(range.start, source.length);
  const [rest = ''] = source.slice(start).split(/[\r\n]/u, 1);
  const length = Math.max(range.end - start, 0);

  const before = visibleText(
    source
      .slice(0, start)
      .split(/[\r\n]/u)
      .at(-1) ?? '',
  );
  const under = shortened(visibleText(rest.slice(0, length)), SHOWN.under);
  const after = shortened(visibleText(rest.slice(length)), SHOWN.after);
  const cut = Array.from(before);
  const shownBefore = cut.length > SHOWN.before ? `…${cut.slice(-SHOWN.before).join('')}` : before;

  const number = String(line).padStart(5);
  return [
    `${number} | ${shownBefore}${under}${after}`.trimEnd(),
    `${' '.repeat(number.length)} | ${' '.repeat(stringWidth(shownBefore))}${'~'.repeat(Math.max(1, stringWidth(under)))}`,
  ];
}
