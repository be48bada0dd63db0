/** How the table is laid out for a terminal that may be too narrow for it. Pure. */
import stringWidth from 'string-width';
import type { Cell } from '../model.ts';
import { cellText } from './cell-text.ts';
import type { Grid, GridRow } from './grid.ts';
import { libcText, pythonText } from './run-text.ts';
import { visibleLine } from './visible-text.ts';

/** Puts colour around a cell's text, or gives it back as it is. */
export type Paint = (text: string, cell: Cell | undefined) => string;

/** Between columns. */
const GAP = '  ';

/** Rows of text of which the first is the header; the first `fixed` columns are repeated in each piece. */
interface Layout {
  readonly rows: readonly (readonly string[])[];
  readonly fixed: number;
}

const FACTS: readonly { title: string; text: (row: GridRow) => string }[] = [
  { title: 'Python', text: ({ environment }) => pythonText(environment) },
  { title: 'C library', text: ({ environment }) => libcText(environment) },
  { title: 'package', text: ({ environment }) => environment.libc?.package ?? '?' },
];

/**
 * The grid as few tables as the width allows. First choice is one table with all facts, then one
 * without the package. Where not even that fits, the facts get a table of their own, and the cells
 * follow in one table, turned round if there are more scenarios than environments, or in several.
 *
 * @param width columns of the terminal; only a single column that is wider than that goes beyond it
 * @returns each table as text without a line break at its end; none for a grid without cells
 */
export function terminalTables(grid: Grid, width: number, paint: Paint): string[] {
  if (grid.rows.length === 0 || grid.columns.length === 0) return [];
  const beside = [3, 2]
    .map((facts) => byEnvironment(grid, paint, facts))
    .find((layout) => tableWidth(layout.rows) <= width);
  if (beside) return [draw(beside.rows)];

  const facts = { ...byEnvironment({ ...grid, columns: [] }, paint, 3), fixed: 1 };
  const cells =
    grid.rows.length < grid.columns.length
      ? byScenario(grid, paint)
      : byEnvironment(grid, paint, 0);
  return [facts, cells].flatMap(({ rows, fixed }) => fittingTables(rows, fixed, width));
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
  return pieces({ rows, fixed }, width).map(draw);
}

function byEnvironment(grid: Grid, paint: Paint, factCount: number): Layout {
  const facts = FACTS.slice(0, factCount);
  return {
    fixed: 1 + facts.length,
    rows: [
      ['environment', ...facts.map(({ title }) => title), ...grid.columns.map(({ id }) => id)].map(
        visibleLine,
      ),
      ...grid.rows.map((row) => [
        visibleLine(row.environment.id),
        ...facts.map(({ text }) => visibleLine(text(row))),
        ...grid.columns.map((_, x) => paint(cellText(row.cells[x]), row.cells[x])),
      ]),
    ],
  };
}

function byScenario(grid: Grid, paint: Paint): Layout {
  return {
    fixed: 1,
    rows: [
      ['scenario', ...grid.rows.map(({ environment }) => visibleLine(environment.id))],
      ...grid.columns.map(({ id }, x) => [
        visibleLine(id),
        ...grid.rows.map(({ cells }) => paint(cellText(cells[x]), cells[x])),
      ]),
    ],
  };
}

/** Cuts a layout between columns so that each piece fits, or holds one column if not even that fits. */
function pieces({ rows, fixed }: Layout, width: number): (readonly (readonly string[])[])[] {
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

function draw(rows: readonly (readonly string[])[]): string {
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

function tableWidth(rows: readonly (readonly string[])[]): number {
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
