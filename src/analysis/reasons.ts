/** Reasons of cells without a pass or fail: each reason once, with all of its cells. Pure. */
import { groupBy } from '../group-by.ts';
import type { Cell, Report } from '../report/schema.ts';
import { isConclusive } from '../report/summary.ts';
import { SYMBOLS } from '../report/cell-text.ts';
import { gridOf, type Grid } from '../report/grid.ts';
import { quantity } from '../text/quantity.ts';

/** The ways not to be measured, in the order in which they are shown. */
const NOT_MEASURED = ['missing', 'error', 'inconclusive', 'skipped'] as const;

/** `missing` is a place in the table that the report has no cell for. */
export type NotMeasured = (typeof NOT_MEASURED)[number];

/** One reason and where it holds. */
export interface ReasonGroup {
  readonly verdict: NotMeasured;
  /** The reason of the first cell. */
  readonly reason: string;
  /** Whether other cells of the group give the same reason with other figures. */
  readonly varies: boolean;
  /** Number of cells, 1 or more. */
  readonly count: number;
  readonly places: readonly ReasonPlace[];
}

/** Where a reason holds. */
export type ReasonPlace =
  /** In every cell of a table with more than one. */
  | { readonly type: 'everywhere' }
  /** In every cell of a column, in a table with more than one row. */
  | { readonly type: 'scenario'; readonly scenario: string }
  /** In every cell of a row, in a table with more than one column. */
  | { readonly type: 'environment'; readonly environment: string }
  | { readonly type: 'cells'; readonly environment: string; readonly scenarios: readonly string[] };

/** A row's place in the grid, and the places of its columns that a reason holds for. */
type Places = ReadonlyMap<number, readonly number[]>;

/** A cell without a pass or fail, by its places in the grid. */
interface Unmeasured extends Pick<ReasonGroup, 'verdict' | 'reason'> {
  readonly x: number;
  readonly y: number;
}

/** Numbers, decimals and addresses: what differs between cells that have the same reason. */
const FIGURES = /0x[0-9a-f]+|\d+(\.\d+)?/g;

/**
 * Groups the cells that are neither pass nor fail by verdict and reason, whatever the figures in it.
 * Missing cells come first, then errors, inconclusive and skipped ones, and among each the reason that
 * holds for most cells.
 */
export function reasonGroups(
  report: Pick<Report, 'environments' | 'scenarios' | 'cells'>,
): ReasonGroup[] {
  const grid = gridOf(report);
  const cells = grid.rows.flatMap((row, y) =>
    row.cells.flatMap((cell, x): Unmeasured[] => {
      const verdict = cell ? cell.verdict : 'missing';
      return isConclusive(verdict) ? [] : [{ verdict, reason: reasonOf(cell), y, x }];
    }),
  );
  const keyOf = ({ verdict, reason }: Unmeasured) => `${verdict} ${reason.replace(FIGURES, '#')}`;
  return [...groupBy(cells, keyOf).values()]
    .flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const { verdict, reason } = first;
      const rows = groupBy(own, ({ y }) => y);
      const places = new Map([...rows].map(([y, inRow]) => [y, inRow.map(({ x }) => x)]));
      const varies = own.some((other) => other.reason !== reason);
      return { verdict, reason, varies, count: own.length, places: inWords(grid, places) };
    })
    .sort(
      (a, b) =>
        NOT_MEASURED.indexOf(a.verdict) - NOT_MEASURED.indexOf(b.verdict) || b.count - a.count,
    );
}

/** The heading of a group: `! error, 3 cells`. */
export function reasonHead({ verdict, count }: ReasonGroup): string {
  return `${SYMBOLS[verdict]} ${verdict}, ${quantity(count, 'cell')}`;
}

/** Behind the reason of a group that varies. */
export const VARIES = ' (other figures in other cells)';

/** A place in words. @param idText what makes an id fit into the format */
export function placeText(place: ReasonPlace, idText: (id: string) => string): string {
  switch (place.type) {
    case 'everywhere':
      return 'every cell';
    case 'scenario':
      return `${idText(place.scenario)} in every environment`;
    case 'environment':
      return `${idText(place.environment)}, every scenario`;
    case 'cells':
      return `${idText(place.environment)}: ${place.scenarios.map(idText).join(', ')}`;
  }
}

/**
 * A group as an entry of a list.
 *
 * @param most places that are named; behind them stands how many there are besides
 * @param idText what makes an id fit into the format
 * @param reasonText what makes a reason fit into it
 */
export function reasonEntry(
  group: ReasonGroup,
  most: number,
  idText: (id: string) => string,
  reasonText: (reason: string) => string,
): { readonly text: string; readonly places: readonly string[] } {
  const { reason, varies } = group;
  const places = group.places.slice(0, most).map((place) => placeText(place, idText));
  const left = group.places.length - places.length;
  return {
    text: `${reasonHead(group)}: ${reasonText(reason)}${varies ? VARIES : ''}`,
    places: left > 0 ? [...places, `and ${left} more`] : places,
  };
}

function reasonOf(cell: Cell | undefined): string {
  return cell ? (cell.reason ?? 'no reason was given') : 'the report has no such cell';
}

function inWords(grid: Grid, places: Places): ReasonPlace[] {
  const perColumn = new Map<number, number>();
  for (const x of [...places.values()].flat()) perColumn.set(x, (perColumn.get(x) ?? 0) + 1);
  const height = grid.rows.length;
  const width = grid.columns.length;
  const whole = [...perColumn].filter(([, count]) => height > 1 && count === height);
  if (whole.length === width && width > 1) return [{ type: 'everywhere' }];

  const wholeColumns = new Set(whole.map(([x]) => x));
  const scenario = (x: number) => grid.columns[x]?.id ?? '';
  const inRows = [...places].flatMap(([y, columns]): ReasonPlace[] => {
    const environment = grid.rows[y]?.environment.id ?? '';
    if (columns.length === width && width > 1) return [{ type: 'environment', environment }];
    const rest = columns.filter((x) => !wholeColumns.has(x));
    return rest.length === 0 ? [] : [{ type: 'cells', environment, scenarios: rest.map(scenario) }];
  });
  return [
    ...[...wholeColumns].map((x) => ({ type: 'scenario' as const, scenario: scenario(x) })),
    ...inRows,
  ];
}
