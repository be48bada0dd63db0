/** Which rows and columns a state shows. Pure. */
import { groupBy } from '../../../group-by.ts';
import { SYMBOLS } from '../../../report/cell-text.ts';
import { cellAt, factOf, letterOf, placeInPage, verdictAt, type PageData } from './page-data.ts';
import type { FilterName, Fold, State } from './state.ts';

/** The visible part of the table. */
interface View {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Columns put together, where they are. */
  readonly folded: Folded | undefined;
  /** Whether a cell has a verdict that is chosen. */
  readonly matches: (cell: number) => boolean;
}

/** Columns put together by a name that they share. */
export interface Folded {
  readonly by: 'launcher' | 'mutation';
  readonly groups: readonly ColumnGroup[];
}

export interface ColumnGroup {
  readonly name: string;
  readonly columns: readonly number[];
}

/** The filters of rows, in the order in which they are asked. */
const ROW_FILTERS = ['python', 'libc', 'built', 'subprocess', 'distro'] as const;
type RowFilter = (typeof ROW_FILTERS)[number];

const OF_A_FACT = { built: 'builtAgainst', subprocess: 'subprocess', distro: 'distro' } as const;

/** The filters of a row: `CPython 3.13`, `glibc 2.41`, `debian 13`. */
function valueOf(data: PageData, row: number, filter: RowFilter): string {
  if (filter !== 'python' && filter !== 'libc') {
    return factOf(data, row, OF_A_FACT[filter]).replace(/^\??$/, 'not known');
  }
  const { line, version } = placeInPage(data, row)[filter];
  return `${line} ${version}`.trim() || 'not known';
}

/** Every choice that each filter offers, in the order of the table. */
export function choicesOf(data: PageData): Readonly<Record<FilterName, readonly string[]>> {
  const rows = rowsOf(data);
  const distinct = (order: readonly number[], filter: RowFilter) => [
    ...new Set(order.map((row) => valueOf(data, row, filter))),
  ];
  const byName = (filter: RowFilter) =>
    distinct(rows, filter).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  // Reports of before these facts were measured have nothing to choose from.
  const known = (filter: RowFilter) => {
    const values = byName(filter);
    return values.length > 1 ? values : [];
  };
  const seen = new Set(data.verdicts);
  return {
    python: distinct(data.byPython, 'python'),
    libc: distinct(rows, 'libc'),
    built: known('built'),
    subprocess: known('subprocess'),
    distro: byName('distro'),
    launcher: isGrouped(data) ? [...new Set(data.columns.map(({ name }) => name))] : [],
    mutation: isGrouped(data) ? [...new Set(data.columns.map(({ top }) => top))] : [],
    scenario: isGrouped(data) ? [] : data.columns.map(({ id }) => id),
    verdict: [
      ...(Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[]).filter((verdict) =>
        seen.has(letterOf(verdict)),
      ),
      ...(data.unexpected.includes('1') ? ['unexpected'] : []),
      ...(data.before === '' ? [] : ['changed']),
    ],
  };
}

/** Columns beyond which a list of scenarios is too long to choose from. */
const MOST_SCENARIOS = 8;

/** Whether columns are chosen by launcher and by mutation instead of one by one. */
export function isGrouped({ columns }: PageData): boolean {
  return (
    columns.length > MOST_SCENARIOS &&
    columns.every(({ top }) => top !== '') &&
    new Set(columns.map(({ name }) => name)).size > 1
  );
}

/** All columns, those of a launcher beside each other where they are grouped. */
export function columnsOf(data: PageData): readonly number[] {
  const places = data.columns.map((_, x) => x);
  if (!isGrouped(data)) return places;
  const names = [...new Set(data.columns.map(({ name }) => name))];
  const groupOf = (x: number) => names.indexOf(data.columns[x]?.name ?? '');
  return places.sort((a, b) => groupOf(a) - groupOf(b));
}

/** Columns beyond which they are put together unless the reader asks for each of them. */
const MOST_UNFOLDED = 20;

function foldedColumns(data: PageData, columns: readonly number[], fold: Fold): Folded | undefined {
  if (!isGrouped(data) || fold === 'none') return undefined;
  if (fold === 'auto' && columns.length <= MOST_UNFOLDED) return undefined;
  const by = fold === 'auto' ? 'launcher' : fold;
  const groups = groupBy(
    columns,
    (x) => data.columns[x]?.[by === 'launcher' ? 'name' : 'top'] ?? '',
  );
  // A single one was selected by the reader, and groups of one save nothing.
  if (groups.size < 2 || groups.size * 2 > columns.length) return undefined;
  return { by, groups: [...groups].map(([name, own]) => ({ name, columns: own })) };
}

/** All rows by C library. */
export function rowsOf(data: PageData): readonly number[] {
  return Array.from({ length: data.rows }, (_, row) => row);
}

/**
 * Rows in the order in which they are shown, columns, and a test for cells.
 *
 * A verdict that is chosen leaves the rows and columns that have such a cell; `matches` states which
 * cells these are, so that the others can step back.
 */
export function choose(data: PageData, { filters, search, order, fold }: State): View {
  const width = data.columns.length;
  const allows = (name: FilterName, value: string) =>
    filters[name].length === 0 || filters[name].includes(value);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = new Set(filters.verdict);
  const matches = (cell: number) =>
    verdicts.size === 0 ||
    verdicts.has(verdictAt(data.verdicts, cell) ?? 'missing') ||
    (verdicts.has('unexpected') && data.unexpected[cell] === '1') ||
    (verdicts.has('changed') && cellAt(data, cell).before !== undefined);

  const textOf = (row: number) =>
    (['id', 'libc', 'package', 'python', 'distro', 'platform'] as const)
      .map((name) => factOf(data, row, name))
      .join(' ')
      .toLowerCase();
  const texts = words.length === 0 ? [] : rowsOf(data).map(textOf);
  // A word that no row has is looked for in the scenarios: `subprocess cwd alpine`.
  const ofColumns = words.filter(
    (word) =>
      !texts.some((text) => text.includes(word)) &&
      data.columns.some(({ id }) => id.toLowerCase().includes(word)),
  );
  const ofRows = words.filter((word) => !ofColumns.includes(word));

  let columns = columnsOf(data).filter((x) => {
    const { id = '', top = '', name = '' } = data.columns[x] ?? {};
    return (
      allows('scenario', id) &&
      allows('launcher', name) &&
      allows('mutation', top) &&
      ofColumns.every((word) => id.toLowerCase().includes(word))
    );
  });
  let rows = (order === 'python' ? data.byPython : rowsOf(data)).filter((row) => {
    const fits = ROW_FILTERS.every((name) => allows(name, valueOf(data, row, name)));
    return fits && ofRows.every((word) => texts[row]?.includes(word));
  });
  if (verdicts.size > 0) {
    rows = rows.filter((row) => columns.some((x) => matches(row * width + x)));
    columns = columns.filter((x) => rows.some((row) => matches(row * width + x)));
  }
  return { rows, columns, folded: foldedColumns(data, columns, fold), matches };
}
