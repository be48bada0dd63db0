/**
 * The failure rate of one scenario per environment, with its interval, as an SVG. Pure.
 */
import { VERDICT_WORDS, countOf, escaped, factOf, rateOf, verdictAt } from './markup.js';

const ROW = 24;
const TOP = 28;
const RIGHT = 16;
/** The rates at both ends of the axis, which is logarithmic: bounds and failures are far apart. */
const LOWEST = 1e-4;
/** More rows than this nobody compares by eye, and the picture would not fit a page. */
export const MOST_PLOTTED = 80;

/**
 * @param rows the rows to show, in this order; only the first `MOST_PLOTTED` are
 * @param column place of the scenario
 * @param width of the picture in pixels, at least 320
 */
export function plotHtml(data, rows, column, width) {
  const shown = rows.slice(0, MOST_PLOTTED);
  const narrow = width < 640;
  const left = narrow ? 8 : Math.min(330, Math.round(width * 0.4));
  const pitch = narrow ? ROW * 2 : ROW;
  const height = TOP + shown.length * pitch + 8;
  const x = (rate) => {
    const share = 1 - Math.log10(Math.min(1, Math.max(LOWEST, rate))) / Math.log10(LOWEST);
    return Math.round((left + share * (width - left - RIGHT)) * 10) / 10;
  };
  const title = `Failure rate of ${data.columns[column].id} by environment`;
  const ticks = [1e-4, 1e-3, 1e-2, 1e-1, 1].map((rate) => {
    const label = ['≤ 0.01 %', '0.1 %', '1 %', '10 %', '100 %'][Math.round(Math.log10(rate)) + 4];
    const anchor = rate === LOWEST ? 'start' : rate === 1 ? 'end' : 'middle';
    return (
      `<line class="tick" x1="${x(rate)}" x2="${x(rate)}" y1="${TOP - 6}" y2="${height}"/>` +
      `<text class="axis" x="${x(rate)}" y="14" text-anchor="${anchor}">${label}</text>`
    );
  });
  const marks = shown.map((row, place) => {
    const cell = row * data.columns.length + column;
    const middle = TOP + place * pitch + pitch - ROW / 2;
    const verdict = verdictAt(data, cell);
    const [, symbol] = VERDICT_WORDS[verdict];
    const words = `${symbol} ${countOf(data, cell)} ${rateOf(data, cell)}`.trim();
    const label = narrow
      ? `<text class="label" x="${left}" y="${middle - ROW + 8}">${escaped(factOf(data, row, 'id'))} <tspan class="figure">${escaped(words)}</tspan></text>`
      : `<text class="label" x="${left - 12}" y="${middle + 4}" text-anchor="end">${escaped(factOf(data, row, 'id'))}</text>`;
    return `<g class="p-${verdict}">${label}${markOf(data, cell, verdict, x, middle, !narrow)}<title>${escaped(`${factOf(data, row, 'id')}: ${words}`)}</title></g>`;
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="${escaped(`${title}; the table above holds the same figures`)}">` +
    `${ticks.join('')}${marks.join('')}</svg>`
  );
}

/** A dot with its interval for failures, an arrow down from the bound for none, words for no result. */
function markOf(data, cell, verdict, x, y, figure) {
  if (!'pfi'.includes(verdict) || data.exposed[cell] === 0) {
    const [word, symbol] = VERDICT_WORDS[verdict];
    return `<text class="none" x="${x(0) + 4}" y="${y + 4}">${symbol} ${word}</text>`;
  }
  if (data.failures[cell] > 0) {
    const [low, high] = [x(data.low[cell]), x(data.high[cell])];
    const dot = x(data.failures[cell] / data.exposed[cell]);
    return (
      `<line class="interval" x1="${low}" x2="${high}" y1="${y}" y2="${y}"/>` +
      `<line class="end" x1="${low}" x2="${low}" y1="${y - 5}" y2="${y + 5}"/>` +
      `<line class="end" x1="${high}" x2="${high}" y1="${y - 5}" y2="${y + 5}"/>` +
      `<circle cx="${dot}" cy="${y}" r="4.5"/>`
    );
  }
  const [start, bound] = [x(0), x(data.bound[cell] || 1)];
  return (
    `<line class="bound" x1="${start}" x2="${bound}" y1="${y}" y2="${y}"/>` +
    `<path class="arrow" d="M${start + 6} ${y - 4}L${start} ${y}L${start + 6} ${y + 4}M${bound} ${y - 5}V${y + 5}"/>` +
    (figure
      ? `<text class="figure" x="${bound + 8}" y="${y + 4}">${escaped(rateOf(data, cell))}</text>`
      : '')
  );
}
