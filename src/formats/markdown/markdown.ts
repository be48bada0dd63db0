/**
 * report.md: the table for a README or an issue, with the facts that are needed to judge it. Pure.
 */
import { groupBy } from '../../group-by.ts';
import type { Report } from '../../report/schema.ts';
import { adviceOf, isWorthATable } from '../../analysis/advise.ts';
import { cellText } from '../../report/cell-text.ts';
import { findingGroups } from '../../analysis/finding-groups.ts';
import { gridOf, type Grid, type GridRow } from '../../report/grid.ts';
import { headline } from '../../analysis/headline.ts';
import { markdownTable } from '../../text/markdown-table.ts';
import { codeSpan, markdownLine, tableCell } from '../../text/markdown-text.ts';
import { quantityIs } from '../../text/quantity.ts';
import { reasonEntry, reasonGroups } from '../../analysis/reasons.ts';
import {
  circumstances,
  legend,
  reportTitle,
  ruleText,
  summaryText,
  warningTexts,
} from '../../report/run-text.ts';
import { archivesText, emulationMark, libcText, pythonText } from '../../report/facts-text.ts';
import { adviceMarkdown } from './advice.ts';

/** A report with more reasons than this has a problem that the first ones show. */
const MOST_REASONS = 40;
/** Cells named for one reason. */
const MOST_PLACES = 8;

/**
 * The whole of report.md: warnings, table, findings, reasons, and how it was measured.
 *
 * Output of a container is written in code spans unless it is plain words, so that no renderer
 * finds markup in it.
 */
export function renderMarkdown(report: Report): string {
  const findings = findingGroups(report.findings).map(
    ({ scenarios, text }) => `${scenarios.map(codeSpan).join(', ')}: ${markdownLine(text)}`,
  );
  return sections([
    `# ${reportTitle(report)}`,
    warningBlock(report),
    `**${markdownLine(headline(report))}**`,
    `${summaryText(report)}.`,
    markdownGrid(report),
    listSection('## How to read it', legend(report)),
    listSection('## Findings', findings),
    adviceSection(report),
    reasonsMarkdown(report, '##'),
    archiveSection(report),
    listSection('## How it was measured', measured(report)),
  ]);
}

/** Sections below each other, without those that are empty. */
export function sections(texts: readonly string[]): string {
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Columns beyond which a table is cut into one for each launcher. */
const MOST_COLUMNS = 8;

/**
 * The table alone, for a README: environments as rows, scenarios as columns. More than eight
 * columns of several launchers become a table for each launcher, with its mechanism.
 */
export function markdownGrid(report: Report): string {
  const grid = gridOf(report);
  const launchers = [...new Set(grid.columns.map(({ launcher }) => launcher))];
  if (grid.columns.length <= MOST_COLUMNS || launchers.length < 2) return gridMarkdown(grid);
  return launchers
    .map((launcher) => {
      const places = [...grid.columns.keys()].filter((x) => grid.columns[x]?.launcher === launcher);
      const columns = places.flatMap((x) => grid.columns[x] ?? []);
      const rows = grid.rows.map((row) => ({ ...row, cells: places.map((x) => row.cells[x]) }));
      const mechanism = columns[0]?.mechanism;
      const title =
        (launcher === undefined ? 'others' : codeSpan(launcher)) +
        (mechanism === undefined ? '' : `: ${markdownLine(mechanism)}`);
      return `### ${title}\n\n${gridMarkdown({ columns, rows })}`;
    })
    .join('\n\n');
}

function gridMarkdown(grid: Grid): string {
  const header = ['environment', 'Python', 'C library', 'package'];
  const table = [
    [...header, ...grid.columns.map(({ id }) => codeSpan(id))],
    ...grid.rows.map((row) => [...facts(row), ...row.cells.map(cellText)]),
  ];
  return markdownTable(table.map((row) => row.map(tableCell)));
}

function facts({ environment }: GridRow): string[] {
  return [
    `${codeSpan(environment.id)} ${emulationMark(environment)}`.trimEnd(),
    environment.python ? markdownLine(pythonText(environment)) : '?',
    environment.libc ? markdownLine(libcText(environment)) : '?',
    environment.libc ? codeSpan(environment.libc.package) : '?',
  ];
}

/** Which archives the packages of the rows are from, with the day of each; empty if none is known. */
function archiveSection({ environments }: Report): string {
  return listSection(
    '## Archives',
    [...groupBy(environments, archivesText)].flatMap(([text, rows]) =>
      text === undefined
        ? []
        : [`${rows.map(({ id }) => codeSpan(id)).join(', ')}: ${markdownLine(text)}`],
    ),
  );
}

/** The warnings before the table, as a block that GitHub highlights; empty if there are none. */
export function warningBlock(report: Report): string {
  const lines = warningTexts(report).map((warning) => `> - ${markdownLine(warning)}`);
  return lines.length === 0 ? '' : ['> [!WARNING]', ...lines].join('\n');
}

function listSection(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${title}\n\n${items.map((item) => `- ${item}`).join('\n')}`;
}

/**
 * Why cells are inconclusive or were not measured, each reason once; empty if there are none.
 *
 * @param level the marks of its heading, such as `##`
 */
export function reasonsMarkdown(report: Report, level: string): string {
  const groups = reasonGroups(report);
  const shown = groups.slice(0, MOST_REASONS).map((group) => {
    const { text, places } = reasonEntry(group, MOST_PLACES, codeSpan, markdownLine);
    return [text, ...places].join('\n  - ');
  });
  const left = groups.length - shown.length;
  if (left > 0) shown.push(`${quantityIs(left, 'more reason')} in report.json.`);
  return listSection(`${level} Not measured or inconclusive`, shown);
}

function adviceSection(report: Report): string {
  const advice = adviceOf(report);
  return !isWorthATable(advice)
    ? ''
    : `## What was safe against what\n\n${adviceMarkdown(advice, report.environments)}`;
}

function measured(report: Report): string[] {
  const { run } = report;
  return [
    ruleText(report),
    ...circumstances(run).map(markdownLine),
    `Run ${codeSpan(run.id)} of ${codeSpan(`${run.tool.name} ${run.tool.version}`)}, ` +
      `from ${markdownLine(run.startedAt)} to ${markdownLine(run.finishedAt)}, ` +
      `matrix ${codeSpan(run.matrix.path)} (sha256 ${codeSpan(run.matrix.sha256.slice(0, 12))}).`,
  ];
}
