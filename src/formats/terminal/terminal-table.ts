/** How the table is laid out for a terminal that may be too narrow for it. Pure. */
import type { Cell } from '../../report/schema.ts';
import { cellText } from '../../report/cell-text.ts';
import type { Grid, GridRow } from '../../report/grid.ts';
import { visibleLine } from '../../text/visible-text.ts';
import { type TextTable, fittingTables, drawTable, tableWidth } from '../../text/text-table.ts';
import { libcText, markedId, pythonText } from '../../report/facts-text.ts';

/** Puts colour around a cell's text, or gives it back as it is. */
export type Paint = (text: string, cell: Cell | undefined) => string;
const FACT_COLUMNS: readonly { title: string; text: (row: GridRow) => string }[] = [
  { title: 'Python', text: ({ environment }) => pythonText(environment) },
  { title: 'C library', text: ({ environment }) => libcText(environment) },
  { title: 'package', text: ({ environment }) => environment.libc?.package ?? '?' },
];

/**
 * The grid as few tables as the width allows. First choice is one table with all facts, then one
 * without the package. Where not even that fits, the facts get their own table, and the cells
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
  if (beside) return [drawTable(beside.rows)];

  const facts = { ...byEnvironment({ ...grid, columns: [] }, paint, 3), fixed: 1 };
  const cells =
    grid.rows.length < grid.columns.length
      ? byScenario(grid, paint)
      : byEnvironment(grid, paint, 0);
  return [facts, cells].flatMap(({ rows, fixed }) => fittingTables(rows, fixed, width));
}

function byEnvironment(grid: Grid, paint: Paint, factCount: number): TextTable {
  const facts = FACT_COLUMNS.slice(0, factCount);
  return {
    fixed: 1 + facts.length,
    rows: [
      ['environment', ...facts.map(({ title }) => title), ...grid.columns.map(({ id }) => id)].map(
        visibleLine,
      ),
      ...grid.rows.map((row) => [
        visibleLine(markedId(row.environment)),
        ...facts.map(({ text }) => visibleLine(text(row))),
        ...grid.columns.map((_, x) => paint(cellText(row.cells[x]), row.cells[x])),
      ]),
    ],
  };
}

function byScenario(grid: Grid, paint: Paint): TextTable {
  return {
    fixed: 1,
    rows: [
      ['scenario', ...grid.rows.map(({ environment }) => visibleLine(markedId(environment)))],
      ...grid.columns.map(({ id }, x) => [
        visibleLine(id),
        ...grid.rows.map(({ cells }) => paint(cellText(cells[x]), cells[x])),
      ]),
    ],
  };
}
