/** badge.svg and badge.json: the run in one line, for a README. Pure. */
import type { Report } from '../report/schema.ts';

/** The text and colour of a badge. */
interface Badge {
  readonly label: string;
  readonly message: string;
  /** A colour name that badge services know, and its value for our own picture. */
  readonly color: keyof typeof COLORS;
}

/** Each dark enough for white text: at least 4.5 to 1. */
const COLORS = {
  red: '#b3261e',
  yellow: '#8a5a00',
  blue: '#1a5fb4',
  lightgrey: '#5e5c64',
} as const;

/**
 * - red: some verdict contradicts what was expected.
 * - yellow: none does, but some cells are inconclusive or were not measured.
 * - blue: every cell passed or failed. Not green: an expected race is not good news.
 * - lightgrey: there is no cell.
 */
function badgeOf({ cells, summary }: Report): Badge {
  const label = 'spawn race';
  const undecided = summary.error + summary.inconclusive + summary.skipped;
  const decided = summary.pass + summary.fail;
  if (cells.length === 0) return { label, message: 'nothing measured', color: 'lightgrey' };
  const parts = [
    `${summary.fail} of ${decided} fail`,
    ...(summary.unexpected > 0 ? [`${summary.unexpected} unexpected`] : []),
    ...(undecided > 0 ? [`${undecided} inconclusive or not measured`] : []),
  ];
  const color = summary.unexpected > 0 ? 'red' : undecided > 0 ? 'yellow' : 'blue';
  return { label, message: parts.join(', '), color };
}

/** badge.json in the endpoint format of shields.io (schema version 1), which other services read as well. */
export function renderBadgeJson(report: Report): string {
  const { label, message, color } = badgeOf(report);
  const isError = color === 'red';
  return `${JSON.stringify({ schemaVersion: 1, label, message, color, isError }, null, 2)}\n`;
}

/** Pixels of a character of 11-pixel Verdana, on average; the text is stretched to what is set here. */
const CHARACTER = 6.6;
const PADDING = 6;

/** badge.svg: a picture that needs nothing else, and a screen reader reads its text. */
export function renderBadgeSvg(report: Report): string {
  const { label, message, color } = badgeOf(report);
  const left = Math.round(label.length * CHARACTER) + 2 * PADDING;
  const right = Math.round(message.length * CHARACTER) + 2 * PADDING;
  const text = (words: string, start: number, width: number) =>
    `    <text x="${start + width / 2}" y="14" textLength="${width - 2 * PADDING}">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${message}">`,
    `  <title>${label}: ${message}</title>`,
    `  <clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>`,
    `  <g clip-path="url(#r)">`,
    `    <rect width="${left}" height="20" fill="#3d3846"/>`,
    `    <rect x="${left}" width="${right}" height="20" fill="${COLORS[color]}"/>`,
    `  </g>`,
    `  <g fill="#fff" text-anchor="middle" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">`,
    text(label, 0, left),
    text(message, left, right),
    `  </g>`,
    `</svg>`,
    '',
  ].join('\n');
}
