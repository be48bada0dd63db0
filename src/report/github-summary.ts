/** The step summary of a GitHub workflow: what needs a look first, then the table. Pure. */
import type { Cell, Report } from '../model.ts';
import { cellText } from './cell-text.ts';
import { headline } from './headline.ts';
import { markdownGrid, warningBlock, reasonSection } from './markdown.ts';
import { codeBlock, codeSpan, markdownLine } from './markdown-text.ts';
import { summaryText } from './run-text.ts';
import { isUnexpected } from './summary.ts';

/** GitHub refuses a step's summary above 1 MiB, all of it. */
export const MOST_SUMMARY_BYTES = 1024 * 1024;
const MOST_UNEXPECTED = 20;

/**
 * The report as a step summary. Unexpected verdicts come first, with their evidence. A table that
 * would go beyond GitHub's limit keeps the rows with an unexpected or undecided cell, and says so.
 */
export function renderGithubSummary(report: Report): string {
  const whole = summaryOf(report, markdownGrid(report));
  if (Buffer.byteLength(whole) <= MOST_SUMMARY_BYTES) return whole;
  const notable = notableRows(report);
  const rest = report.environments.length - notable.environments.length;
  const partial = summaryOf(
    report,
    `${markdownGrid(notable)}\n\n${rest} more rows, all decided and as expected, are in the report.`,
  );
  return Buffer.byteLength(partial) <= MOST_SUMMARY_BYTES
    ? partial
    : summaryOf(report, 'The table is too large for this place; it is in the report.');
}

function summaryOf(report: Report, table: string): string {
  const sections = [
    `## ${markdownLine(headline(report))}`,
    warningBlock(report),
    `${summaryText(report)}.`,
    unexpectedSection(report.cells.filter(isUnexpected)),
    table,
    reasonSection(report, '###'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function unexpectedSection(cells: readonly Cell[]): string {
  const shown = cells.slice(0, MOST_UNEXPECTED).map((cell) => {
    const title = `- ${codeSpan(cell.environment)} ${codeSpan(cell.scenario)}: ${cellText(cell)}`;
    const lines = [...cell.evidence, `$ ${cell.rerun}`];
    return `${title}\n\n${indented(codeBlock(lines))}\n`;
  });
  const left = cells.length - shown.length;
  if (left > 0) shown.push(`- ${left} more unexpected verdicts are in the report.`);
  return shown.length === 0 ? '' : `### Not as expected\n\n${shown.join('\n')}`;
}

/** Into the list item above it. */
function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

function notableRows(report: Report): Report {
  const notable = new Set(
    report.cells
      .filter((cell) => isUnexpected(cell) || (cell.verdict !== 'pass' && cell.verdict !== 'fail'))
      .map(({ environment }) => environment),
  );
  const complete = new Map<string, number>();
  for (const { environment } of report.cells) {
    complete.set(environment, (complete.get(environment) ?? 0) + 1);
  }
  return {
    ...report,
    environments: report.environments.filter(
      ({ id }) => notable.has(id) || (complete.get(id) ?? 0) < report.scenarios.length,
    ),
  };
}
