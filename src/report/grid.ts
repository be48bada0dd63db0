/** A report as rows and columns: the one place that decides which cell stands where. Pure. */
import type { Cell, Report, ReportEnvironment } from './schema.ts';
import { orderEnvironments } from './order.ts';

/** A row with its cells in the order of the columns. */
export interface GridRow {
  readonly environment: ReportEnvironment;
  /** Undefined where the report has no cell for that scenario. */
  readonly cells: readonly (Cell | undefined)[];
}

/** The table that every format draws. */
export interface Grid {
  readonly rows: readonly GridRow[];
  /** The scenarios in the order of the report. */
  readonly columns: readonly Report['scenarios'][number][];
}

/**
 * Puts a report's cells in their places: rows in the order of C library and Python, columns in the
 * order of the report. A pair that the report has no cell for stays undefined; it must be shown as
 * missing, not left blank.
 */
export function gridOf(report: Pick<Report, 'environments' | 'scenarios' | 'cells'>): Grid {
  const places = new Map<string, Map<string, Cell>>();
  for (const cell of report.cells) {
    let row = places.get(cell.environment);
    if (!row) places.set(cell.environment, (row = new Map<string, Cell>()));
    row.set(cell.scenario, cell);
  }
  return {
    columns: report.scenarios,
    rows: orderEnvironments(report.environments).map((environment) => ({
      environment,
      cells: report.scenarios.map(({ id }) => places.get(environment.id)?.get(id)),
    })),
  };
}

/** A scenario's id in two lines for the head of its column: `add` above `os.system`. */
export function headLines(id: string): readonly [top: string, name: string] {
  const slash = id.indexOf('/');
  return [id.slice(0, Math.max(slash, 0)), id.slice(slash + 1)];
}
