/** A table in Markdown, its columns aligned for readers of the source. Pure. */
import { markdownTable as alignedTable } from 'markdown-table';
import stringWidth from 'string-width';

/**
 * Characters that are one column wide. Nearly every cell has only these, and measuring others takes
 * much longer.
 */
const NARROW = /^[\x20-\x7e≤≠–✓✗∅]*$/;

/**
 * The table as one text, without a line break at its end.
 *
 * @param table the head first; every row has as many cells as it
 */
export function markdownTable(table: readonly (readonly string[])[]): string {
  return alignedTable(table, { stringLength: cellWidth });
}

function cellWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
