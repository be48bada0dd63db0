/**
 * The table's markup, made in the same way by the program and by the page's own script. Pure: data in,
 * text out. Everything that is not a constant goes through `escaped`.
 */
import { edgeBetween, type Edge } from '../../../analysis/edges.ts';
import { symptomMark } from '../../../analysis/scenario-totals.ts';
import type { Axis } from '../../../report/row-place.ts';
import {
  countText,
  expectationText,
  markOf,
  rateText,
  SYMBOLS,
  symptomsOf,
} from '../../../report/cell-text.ts';
import { isUnexpected } from '../../../report/summary.ts';
import { breakableId, escaped } from '../../../text/html-text.ts';
import { isGrouped, type ColumnGroup, type Folded } from './choice.ts';
import {
  cellAt,
  factOf,
  letterOf,
  placeInPage,
  type PageCell,
  type PageData,
} from './page-data.ts';

/** Rows of the table in the order in which they are shown. */
interface Table {
  readonly data: PageData;
  readonly rows: readonly number[];
  /** The axis by which they are ordered. */
  readonly order: Axis;
  /** The upper edge of each cell, by the row's place in `rows`. */
  readonly edges: readonly (readonly Edge[])[];
}

export function tableOf(data: PageData, rows: readonly number[], order: Axis): Table {
  const width = data.columns.length;
  const sideAt = (row: number | undefined, x: number) =>
    row === undefined ? undefined : data.sides.charAt(row * width + x);
  const edges = rows.map((row, place) =>
    data.columns.map((_, x) => edgeBetween(sideAt(rows[place - 1], x), sideAt(row, x))),
  );
  return { data, rows, order, edges };
}

/**
 * A cell's accessible name. It has the visible text of the cell, in the same order, so that users
 * of voice control can speak it (WCAG 2.2, 2.5.3).
 */
function cellLabel(cell: PageCell): string {
  return [
    cell.verdict,
    cell.verdict === 'fail' ? symptomsOf(cell).join(' and ') || undefined : undefined,
    // As it is shown, mark and figures, so that what is read aloud can be found by what is seen.
    `${markOf(cell)} ${countText(cell) ?? cell.verdict}`,
    rateText(cell),
    expectationText(cell),
    cell.before && `was ${SYMBOLS[cell.before]} ${cell.before}`,
    isUnexpected(cell) ? 'not as expected' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** The row of column heads. */
export function headHtml(data: PageData, columns: readonly number[]): string {
  const heads = columns.map((x, at) => {
    const isNew =
      isGrouped(data) && data.columns[columns[at - 1] ?? -1]?.name !== data.columns[x]?.name;
    const { top = '', name = '', mechanism = '' } = data.columns[x] ?? {};
    const beneath = mechanism === '' ? '' : ` <span class="mechanism">${escaped(mechanism)}</span>`;
    return `<th scope="col"${isNew ? ' class="new-launcher"' : ''}><span class="top">${escaped(top)}</span> <span class="name">${escaped(name).replaceAll(/([./-])/g, '$1<wbr>')}</span>${beneath}</th>`;
  });
  return `<tr><th scope="col" class="corner">environment</th>${heads.join('')}</tr>`;
}

/** The heads of columns that are put together; each opens its own. */
export function foldedHeadHtml(data: PageData, { groups, by }: Folded): string {
  const heads = groups.map(({ name, columns: [first = -1] }) => {
    const mechanism = by === 'launcher' ? (data.columns[first]?.mechanism ?? '') : '';
    const beneath = mechanism === '' ? '' : ` <span class="mechanism">${escaped(mechanism)}</span>`;
    return `<th scope="col"><button type="button" data-open="${escaped(name)}"><span class="top">${escaped(name).replaceAll(/([./-])/g, '$1<wbr>')}</span></button>${beneath}</th>`;
  });
  return `<tr><th scope="col" class="corner">environment</th>${heads.join('')}</tr>`;
}

/**
 * One row of the table.
 *
 * @param place in the order of rows
 * @param columns places of the columns that are shown, or what they are put together to
 */
export function rowHtml(
  table: Table,
  place: number,
  columns: readonly number[] | readonly ColumnGroup[],
): string {
  const { data, rows, order, edges } = table;
  const row = rows[place] ?? 0;
  const above = rows[place - 1];
  const [own, upper] = [row, above ?? row].map((one) => placeInPage(data, one)[order]);
  const isNewLine = own?.line !== upper?.line;
  const isNew = isNewLine || own?.version !== upper?.version;
  const known = (['libc', 'package', 'python', 'emulated'] as const).filter(
    (name) => !['', '?'].includes(factOf(data, row, name)),
  );
  const facts = known.map(
    (name) => `<span class="fact ${name}">${escaped(factOf(data, row, name))}</span>`,
  );
  const id = breakableId(factOf(data, row, 'id'));
  const cells = columns.map((x) =>
    typeof x === 'number' ? cellHtml(data, row, x, edges[place]?.[x]) : foldedHtml(data, row, x),
  );
  return (
    `<tr data-row="${row}"${isNew ? ` class="${isNewLine ? 'new-line' : 'new-version'}"` : ''}>` +
    `<th scope="row"><span class="id">${id}</span><span class="facts">${facts.join('') || 'no facts were measured'}</span></th>` +
    `${cells.join('')}</tr>`
  );
}

function cellHtml(data: PageData, row: number, column: number, edge: Edge): string {
  const cell = cellAt(data, row * data.columns.length + column);
  const { verdict, before } = cell;
  const notes = [rateText(cell), expectationText(cell), before && `was ${SYMBOLS[before]}`];
  const classes = [
    `v-${letterOf(verdict)}`,
    ...(edge === undefined ? [] : [`edge-${edge}`]),
    ...(isUnexpected(cell) ? ['unexpected'] : []),
    ...(before === undefined ? [] : ['changed']),
  ];
  return (
    `<td class="${classes.join(' ')}"><button type="button" tabindex="-1" data-column="${column}" ` +
    `aria-label="${escaped(cellLabel(cell))}">` +
    `<span class="count"><span class="symbol">${markOf(cell)}</span> ${escaped(countText(cell) ?? verdict)}</span>` +
    notes
      .map((text) => (text === undefined ? '' : ` <span class="note">${escaped(text)}</span>`))
      .join('') +
    `</button></td>`
  );
}

/** The mark of a combined cell: the first of these that any of its cells has. */
const WORST = ['fail', 'error', 'inconclusive', 'missing', 'pass', 'skipped'] as const;

/** The cells of a row in columns that are put together: the worst, how many have it, and each symbol. */
function foldedHtml(data: PageData, row: number, { name, columns }: ColumnGroup): string {
  const cells = columns.map((x) => cellAt(data, row * data.columns.length + x));
  const verdict = WORST.find((one) => cells.some((cell) => cell.verdict === one)) ?? 'missing';
  const worst = cells.filter((cell) => cell.verdict === verdict);
  const mark = verdict === 'fail' ? symptomMark(worst) : SYMBOLS[verdict];
  const words = `${mark} ${worst.length} of ${cells.length}`;
  const marks = cells.map((cell) => SYMBOLS[cell.verdict]).join('');
  const isOdd = cells.some((cell) => isUnexpected(cell));
  const label = `${words}, ${verdict}${isOdd ? ', not as expected' : ''}; ${marks}; open ${name}`;
  return (
    `<td class="v-${letterOf(verdict)}${isOdd ? ' unexpected' : ''}"><button type="button" tabindex="-1" ` +
    `data-column="${columns[0] ?? -1}" data-open="${escaped(name)}" aria-label="${escaped(label)}">` +
    `<span class="count"><span class="symbol">${words}</span></span> <span class="note marks">${marks}</span></button></td>`
  );
}
