/** The output of `matrix try` for its report, and the exit status. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../cli/exit-status.ts';
import { FORMATS } from '../../formats/registry.ts';
import type { Report } from '../../report/schema.ts';
import { pointLatest } from '../../run/run-folder.ts';
import { printReport } from '../../app/finish-run.ts';
import { renderParts } from '../../app/render.ts';
import { visibleLine } from '../../text/visible-text.ts';
import type { TryOptions } from './try-options.ts';
import { writeParts, writeResults } from '../../app/write-results.ts';

/** The exit status that `git bisect run` reads as: cannot be tested here. */
export const UNTESTABLE = 125;

/** Rows whose output is shown: those that print the same are shown once. */
const MOST_SHOWN = 3;

interface Shown extends Pick<TryOptions, 'json' | 'color' | 'bisect' | 'results'> {
  /** Of the run. */
  readonly folder: string;
}

/**
 * Prints the table, and keeps the report's files, or only its page if no results folder was given.
 */
export async function showTried(report: Report, options: Shown): Promise<number> {
  let page: string;
  if (options.results === undefined) {
    page = join(await mkdtemp(join(tmpdir(), 'matrix-page-')), 'report.html');
    await writeParts(page, renderParts('html', report, undefined));
  } else {
    page = join(options.folder, FORMATS.html.file);
    await writeResults(options.folder, report);
    await pointLatest(options.results, report.run.id);
  }
  printReport(options, report);
  if (!options.json) process.stdout.write(tellingText(report));
  process.stderr.write(`page: ${page}\n`);
  const status = triedStatus(report);
  return options.bisect === true && status === EXIT.notMeasured ? UNTESTABLE : status;
}

/** The most informative output, of one row of each kind, and how to see all of it. Pure. */
export function tellingText({ cells }: Pick<Report, 'cells'>): string {
  const byEvidence = new Map<string, Report['cells'][number]>();
  for (const cell of cells) {
    if (cell.verdict !== 'fail') continue;
    const key = cell.evidence.map((line) => line.replaceAll(/\d+/g, '0')).join('\n');
    if (!byEvidence.has(key)) byEvidence.set(key, cell);
  }
  const shown = [...byEvidence.values()].slice(0, MOST_SHOWN);
  const blocks = shown.map(({ environment, evidence }) =>
    [`\n${environment} printed:`, ...evidence.map((line) => `  ${visibleLine(line)}`), ''].join(
      '\n',
    ),
  );
  const [first] = cells.filter(({ verdict }) => verdict === 'fail' || verdict === 'error');
  const again = first
    ? `\nTo run one environment again with its full output:\n  ${first.rerun}\n`
    : '';
  return [...blocks, again].join('');
}

/** 0 if the bug showed nowhere, 1 if it did, 3 if a row could not be measured, 130 interrupted. */
export function triedStatus({ run, summary }: Pick<Report, 'run' | 'summary'>): number {
  if (summary.fail > 0) return EXIT.unexpected;
  if (!run.complete) return EXIT.interrupted;
  const { pass, error, inconclusive } = summary;
  // Where every row was skipped, nothing was measured either.
  return error > 0 || inconclusive > 0 || pass === 0 ? EXIT.notMeasured : EXIT.asExpected;
}
