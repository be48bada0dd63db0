/** A table of plain text in columns, cut where it is too wide. Pure. */
import stringWidth from 'string-width';

/** Between columns. */
const GAP = '  ';

/** Rows of text of which the first is the header; the first `fixed` columns are repeated in each piece. */
export interface TextTable {
  readonly rows: readonly (readonly string[])[];
  readonly fixed: number;
}

/**
 * Rows of text as one table, or as several below each other where one would be too wide.
 *
 * @param rows the first is the header; nothing in them may be wider than it looks
 * @param fixed number of first columns that every piece repeats
 */
export function fittingTables(
  rows: readonly (readonly string[])[],
  fixed: number,
  width: number,
): string[] {
  return pieces({ rows, fixed }, width).map(drawTable);
}

/** Cuts a layout between columns so that each piece fits, or holds one column if not even that fits. */
function pieces({ rows, fixed }: TextTable, width: number): (readonly (readonly string[])[])[] {
  const widths = columnWidths(rows);
  if (widths.length <= fixed || tableWidth(rows) <= width) return [rows];
  const base = widths.slice(0, fixed).reduce((sum, one) => sum + one + GAP.length, 0);
  const cuts: number[][] = [];
  let room = 0;
  for (let x = fixed; x < widths.length; x += 1) {
    const need = (widths[x] ?? 0) + GAP.length;
    if (cuts.length === 0 || need > room) {
      cuts.push([]);
      room = width - base + GAP.length;
    }
    cuts.at(-1)?.push(x);
    room -= need;
  }
  return cuts.map((columns) =>
    rows.map((row) => [...row.slice(0, fixed), ...columns.map((x) => row[x] ?? '')]),
  );
}

export function drawTable(rows: readonly (readonly string[])[]): string {
  const measure = measurer();
  const widths = columnWidths(rows, measure);
  const [header = [], ...body] = rows.map((row) =>
    row
      .map((text, x) => text + ' '.repeat((widths[x] ?? 0) - measure(text)))
      .join(GAP)
      .trimEnd(),
  );
  return [header, '─'.repeat(tableWidth(rows)), ...body].join('\n');
}

export function tableWidth(rows: readonly (readonly string[])[]): number {
  return columnWidths(rows).reduce((sum, one) => sum + one + GAP.length, -GAP.length);
}

function columnWidths(rows: readonly (readonly string[])[], measure = measurer()): number[] {
  return (rows[0] ?? []).map((_, x) =>
    rows.reduce((widest, row) => Math.max(widest, measure(row[x] ?? '')), 0),
  );
}

/** Most cells of a large table read alike, and measuring is what its drawing spends its time on. */
function measurer(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let width = known.get(text);
    if (width === undefined) known.set(text, (width = stringWidth(text)));
    return width;
  };
}
