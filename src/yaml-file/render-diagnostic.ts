/** A mistake in a file as it is shown. Pure. */
import stringWidth from 'string-width';
import { asSentence } from '../text/as-sentence.ts';
import { shortened, visibleText } from '../text/visible-text.ts';
import { positionOf, type Diagnostic, type TextRange } from './diagnostic.ts';
import type { RefusedFile } from './read-text.ts';

/** The parts of a long line that are shown before, under and after the squiggle, in characters. */
const SHOWN = { before: 80, under: 80, after: 60 } as const;

/** All diagnostics of a file for a terminal, with an empty line between two. */
export function renderRefusal({ diagnostics, source }: RefusedFile): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n\n');
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
