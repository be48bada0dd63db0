/** The report on a terminal. Pure: the caller knows the width and the colours. */
import type { Cell, Report } from '../../report/schema.ts';
import { findingGroups } from '../../analysis/finding-groups.ts';
import { gridOf } from '../../report/grid.ts';
import { headline } from '../../analysis/headline.ts';
import { reasonEntry, reasonGroups, type ReasonGroup } from '../../analysis/reasons.ts';
import {
  circumstances,
  legend,
  mechanismLines,
  ruleText,
  summaryText,
  warningTexts,
} from '../../report/run-text.ts';
import { terminalTables, type Paint } from './terminal-table.ts';
import { quantityIs } from '../../text/quantity.ts';
import { shortenedInside, visibleLine } from '../../text/visible-text.ts';
import { wrapped } from '../../text/wrapped.ts';

/** The abilities of the terminal. */
interface TerminalOptions {
  /** Columns of the terminal; a table that needs more is cut into several below each other. */
  readonly width: number;
  /** Whether to colour cells. Nothing is shown by colour alone. */
  readonly color: boolean;
}

/** Below this nothing can be laid out; a narrower terminal wraps by itself. */
const NARROWEST = 40;
const MOST_REASONS = 12;
const MOST_PLACES = 4;
const LONGEST_REASON = 600;

/**
 * The report for a terminal: warnings, the table, reasons, findings, how to read it, host and rule.
 * Each line is at most `width` wide unless a single word or column is wider.
 *
 * @returns text that ends with a line break; its only control characters are line breaks and, with
 *   `color`, the sequences that set colours
 */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const width = Math.max(NARROWEST, Math.floor(options.width));
  const paint: Paint = options.color ? painted : (text) => text;
  const block = (lines: readonly string[], first = '', rest = ' '.repeat(first.length)) =>
    lines.flatMap((line) => wrapped(visibleLine(line), width, first, rest)).join('\n');
  const sections = [
    block(warningTexts(report), 'WARNING: '),
    ...terminalTables(gridOf(report), width, paint),
    block([headline(report)]),
    block([`${summaryText(report)}.`]),
    reasonText(reasonGroups(report), width),
    block(
      findingGroups(report.findings).map(
        ({ scenarios, text }) => `${scenarios.join(', ')}: ${text}`,
      ),
      '• ',
    ),
    block(legend(report), '  ', '    '),
    block(mechanismLines(report), '  ', '    '),
    block([ruleText(report)]),
    block(circumstances(report.run), '', '  '),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** ANSI colours: green, red, yellow, magenta and dim. */
const COLORS = {
  pass: 32,
  fail: 31,
  inconclusive: 33,
  error: 35,
  skipped: 2,
  missing: 35,
} as const;

function painted(text: string, cell: Cell | undefined): string {
  return `\u001b[${COLORS[cell?.verdict ?? 'missing']}m${text}\u001b[0m`;
}

function reasonText(groups: readonly ReasonGroup[], width: number): string {
  const lines = groups.slice(0, MOST_REASONS).flatMap((group) => reasonLines(group, width));
  const left = groups.length - MOST_REASONS;
  if (left > 0) lines.push(`  ${quantityIs(left, 'more reason')} in report.json.`);
  return lines.join('\n');
}

function reasonLines(group: ReasonGroup, width: number): string[] {
  const { text, places } = reasonEntry(group, MOST_PLACES, visibleLine, (reason) =>
    shortenedInside(visibleLine(reason), LONGEST_REASON),
  );
  return [
    ...wrapped(text, width, '', '  '),
    ...places.flatMap((place) => wrapped(place, width, '    ', '      ')),
  ];
}
