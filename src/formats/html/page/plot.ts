/**
 * The failure rate of one scenario per environment, with its interval, as an SVG. Pure.
 */
import { countText, rateText, SYMBOLS } from '../../../report/cell-text.ts';
import { escaped } from '../../../text/html-text.ts';
import { cellAt, factOf, letterOf, type PageCell, type PageData } from './page-data.ts';

const ROW = 24;
const TOP = 28;
const RIGHT = 16;
/** The rates at both ends of the axis, which is logarithmic: bounds and failures are far apart. */
const LOWEST = 1e-4;
const TICKS = [
  [1e-4, '≤ 0.01 %'],
  [1e-3, '0.1 %'],
  [1e-2, '1 %'],
  [1e-1, '10 %'],
  [1, '100 %'],
] as const;
/** No one compares more rows than this by eye, and the picture would not fit a page. */
export const MOST_PLOTTED = 80;

/**
 * @param rows the rows to show, in this order; only the first `MOST_PLOTTED` are
 * @param column place of the scenario
 * @param width of the picture in pixels, at least 320
 */
export function plotHtml(
  data: PageData,
  rows: readonly number[],
  column: number,
  width: number,
): string {
  const shown = rows.slice(0, MOST_PLOTTED);
  const narrow = width < 640;
  const left = narrow ? 8 : Math.min(330, Math.round(width * 0.4));
  const pitch = narrow ? ROW * 2 : ROW;
  const height = TOP + shown.length * pitch + 8;
  const x = (rate: number) => {
    const share = 1 - Math.log10(Math.min(1, Math.max(LOWEST, rate))) / Math.log10(LOWEST);
    return Math.round((left + share * (width - left - RIGHT)) * 10) / 10;
  };
  const title = `Failure rate of ${data.columns[column]?.id ?? ''} by environment`;
  const ticks = TICKS.map(([rate, label]) => {
    const anchor = rate === LOWEST ? 'start' : rate === 1 ? 'end' : 'middle';
    return (
      `<line class="tick" x1="${x(rate)}" x2="${x(rate)}" y1="${TOP - 6}" y2="${height}"/>` +
      `<text class="axis" x="${x(rate)}" y="14" text-anchor="${anchor}">${label}</text>`
    );
  });
  const marks = shown.map((row, place) => {
    const cell = cellAt(data, row * data.columns.length + column);
    const middle = TOP + place * pitch + pitch - ROW / 2;
    const { verdict } = cell;
    const id = factOf(data, row, 'id');
    const words =
      `${SYMBOLS[verdict]} ${countText(cell) ?? verdict} ${rateText(cell) ?? ''}`.trim();
    const label = narrow
      ? `<text class="label" x="${left}" y="${middle - ROW + 8}">${escaped(id)} <tspan class="figure">${escaped(words)}</tspan></text>`
      : `<text class="label" x="${left - 12}" y="${middle + 4}" text-anchor="end">${escaped(id)}</text>`;
    return `<g class="p-${letterOf(verdict)}">${label}${markOf(cell, x, middle, !narrow)}<title>${escaped(`${id}: ${words}`)}</title></g>`;
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="${escaped(`${title}; the table above holds the same figures`)}">` +
    `${ticks.join('')}${marks.join('')}</svg>`
  );
}

/** A dot with its interval for failures, an arrow down from the bound for none, words for no result. */
function markOf(cell: PageCell, x: (rate: number) => number, y: number, figure: boolean): string {
  if (countText(cell) === undefined) {
    return `<text class="none" x="${x(0) + 4}" y="${y + 4}">${SYMBOLS[cell.verdict]} ${cell.verdict}</text>`;
  }
  if (cell.rate) {
    const [low, high] = [x(cell.rate.low), x(cell.rate.high)];
    return (
      `<line class="interval" x1="${low}" x2="${high}" y1="${y}" y2="${y}"/>` +
      `<line class="end" x1="${low}" x2="${low}" y1="${y - 5}" y2="${y + 5}"/>` +
      `<line class="end" x1="${high}" x2="${high}" y1="${y - 5}" y2="${y + 5}"/>` +
      `<circle cx="${x(cell.rate.value)}" cy="${y}" r="4.5"/>`
    );
  }
  const [start, bound] = [x(0), x(cell.bound ?? 1)];
  return (
    `<line class="bound" x1="${start}" x2="${bound}" y1="${y}" y2="${y}"/>` +
    `<path class="arrow" d="M${start + 6} ${y - 4}L${start} ${y}L${start + 6} ${y + 4}M${bound} ${y - 5}V${y + 5}"/>` +
    (figure
      ? `<text class="figure" x="${bound + 8}" y="${y + 4}">${escaped(rateText(cell) ?? '')}</text>`
      : '')
  );
}
