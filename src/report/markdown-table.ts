/** A table in Markdown, its columns aligned for whoever reads the source. Pure. */
import stringWidth from 'string-width';
import { PAUSE, textOf, type Steps } from './steps.ts';

/** Rows that are measured in one step. */
const ROWS_A_STEP = 50;
/** What nearly every cell is made of, each a column wide; measuring others takes much longer. */
const NARROW = /^[\x20-\x7e≤≠–✓✗∅]*$/;

/** The table as one text, without a line break at its end. */
export function markdownTable(table: readonly (readonly string[])[]): string {
  return textOf(markdownTableParts(table));
}

/**
 * The table in parts, a line each.
 *
 * @param table the head first; every row has as many cells as it
 */
export function* markdownTableParts(table: readonly (readonly string[])[]): Steps {
  const [head = [], ...rows] = table;
  const widths = head.map(() => 1);
  for (const [y, row] of table.entries()) {
    for (const [x, cell] of row.entries()) widths[x] = Math.max(widths[x] ?? 1, widthOf(cell));
    if (y % ROWS_A_STEP === 0) yield PAUSE;
  }
  yield `${line(head, widths)}\n`;
  yield line(
    widths.map((width) => '-'.repeat(width)),
    widths,
  );
  for (const row of rows) yield `\n${line(row, widths)}`;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, x) => cell + ' '.repeat((widths[x] ?? 0) - widthOf(cell)));
  return `| ${padded.join(' | ')} |`;
}

function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
