/** The step summary of a GitHub workflow: problems first, then the table. Pure. */
import { isConclusive, isUnexpected } from '../../report/summary.ts';
import type { Cell, Report } from '../../report/schema.ts';
import { cellText } from '../../report/cell-text.ts';
import { gridOf } from '../../report/grid.ts';
import { headline } from '../../analysis/headline.ts';
import { markdownGrid, reasonsMarkdown, sections, warningBlock } from '../markdown/markdown.ts';
import { codeBlock, codeSpan, markdownLine } from '../../text/markdown-text.ts';
import { quantity, quantityIs } from '../../text/quantity.ts';
import { leftOutText } from '../../report/left-out-text.ts';
import { summaryText } from '../../report/run-text.ts';

/** GitHub refuses a step's summary above 1 MiB, all of it. */
export const MOST_SUMMARY_BYTES = 1024 * 1024;
const MOST_UNEXPECTED = 20;

/**
 * The report as a step summary. Unexpected verdicts come first, with their evidence. A table that
 * would go beyond GitHub's limit keeps the rows with an unexpected or undecided cell, and reports it.
 */
export function renderGithubSummary(report: Report): string {
  const before = [
    `## ${markdownLine(headline(report))}`,
    warningBlock(report),
    `${summaryText(report)}.`,
    report.run.leftOut ? markdownLine(leftOutText(report.run.leftOut)) : '',
    unexpectedSection(report.cells.filter(isUnexpected)),
  ];
  const after = reasonsMarkdown(report, '###');
  const room = MOST_SUMMARY_BYTES - Buffer.byteLength(sections([...before, '∅', after]));
  const table =
    tableWithin(report, room) ??
    notableTable(report, room) ??
    'The table is too large for this summary. See the report.';
  return sections([...before, table, after]);
}

/** @returns undefined if it has more bytes than that */
function tableWithin(report: Report, mostBytes: number): string | undefined {
  const table = markdownGrid(report);
  return Buffer.byteLength(table) <= mostBytes ? table : undefined;
}

/** The rows in which there is something to see, and how many there are besides. */
function notableTable(report: Report, mostBytes: number): string | undefined {
  const notable = notableRows(report);
  const rest = report.environments.length - notable.environments.length;
  const rows = quantity(rest, 'more row');
  const note = `\n\n${rows}, all measured and as expected, ${rest === 1 ? 'is' : 'are'} in the report.`;
  const table = tableWithin(notable, mostBytes - Buffer.byteLength(note));
  return table === undefined ? undefined : table + note;
}

function unexpectedSection(cells: readonly Cell[]): string {
  const shown = cells.slice(0, MOST_UNEXPECTED).map((cell) => {
    const title = `- ${codeSpan(cell.environment)} ${codeSpan(cell.scenario)}: ${cellText(cell)}`;
    const lines = [...cell.evidence, `$ ${cell.rerun}`];
    return `${title}\n\n${indented(codeBlock(lines))}\n`;
  });
  const left = cells.length - shown.length;
  if (left > 0) shown.push(`- ${quantityIs(left, 'more unexpected verdict')} in the report.`);
  return shown.length === 0 ? '' : `### Not as expected\n\n${shown.join('\n')}`;
}

/** Into the list item above it. */
function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** The report with the rows alone of which a cell is missing, not conclusive or unexpected. */
function notableRows(report: Report): Report {
  const rows = gridOf(report).rows.filter(({ cells }) =>
    cells.some((cell) => !cell || isUnexpected(cell) || !isConclusive(cell.verdict)),
  );
  return { ...report, environments: rows.map(({ environment }) => environment) };
}
