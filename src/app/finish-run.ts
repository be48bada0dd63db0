/** Finishes a new report: files, history, the table, and the exit status. */
import { join } from 'node:path';
import type { Report } from '../report/schema.ts';
import { githubAnnotations } from '../formats/github/annotations.ts';
import { renderJson } from '../report/json.ts';
import { renderNotice } from '../formats/notice.ts';
import { renderTerminal } from '../formats/terminal/terminal.ts';
import { pointLatest } from '../run/run-folder.ts';
import { exitStatus, type StatusOptions } from '../cli/exit-status.ts';
import { previousReport, recordRun } from './record-run.ts';
import { addToStepSummary } from './step-summary.ts';
import { wantsColor, layoutWidth } from '../cli/terminal.ts';
import { writeResults } from './write-results.ts';
import writeFileAtomic from 'write-file-atomic';

/** How a report is shown, and what its exit status depends on. */
interface ShowOptions extends StatusOptions {
  readonly results: string;
  readonly json?: boolean | undefined;
  readonly color?: boolean | undefined;
}

/** Further actions with the report. */
export interface FinishOptions extends ShowOptions {
  readonly reproduction?: string | undefined;
  readonly notifyFile?: string | undefined;
}

/**
 * Writes a report into the folder of its run and makes it the latest. Needs the lock on the results.
 *
 * @returns the exit status
 */
export async function finishRun(
  options: FinishOptions,
  folder: string,
  report: Report,
): Promise<number> {
  // Cells of another reproduction are others, even where their ids are the same; and a part of a run
  // is in the history with the whole of it.
  const isOwn = options.reproduction === undefined && report.run.source === undefined;
  const hasHistory = isOwn && report.run.shard === undefined;
  const previous = hasHistory ? await previousReport(options.results, report) : undefined;
  await writeResults(folder, report, previous);
  await pointLatest(options.results, report.run.id);
  const unrecorded = hasHistory ? await recordRun(options.results, report) : undefined;
  // The summary of the whole is that of the step that merges.
  const unsaid = report.run.shard ? undefined : await addToStepSummary(report, process.env);
  for (const problem of [unrecorded, unsaid]) {
    if (problem !== undefined) process.stderr.write(`${problem}\n`);
  }
  if (options.notifyFile !== undefined) {
    await writeFileAtomic(options.notifyFile, renderNotice(report, previous));
  }
  return showReport(options, report);
}

/** Prints a report as JSON, or as a table for the terminal that it goes to. */
export function printReport({ json, color }: Pick<ShowOptions, 'json' | 'color'>, report: Report) {
  process.stdout.write(
    json
      ? renderJson(report)
      : renderTerminal(report, { width: layoutWidth(), color: wantsColor(color) }),
  );
}

/** Prints a report, and returns the matching exit status. */
export function showReport(options: ShowOptions, report: Report): number {
  printReport(options, report);
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    // The runner reads both streams; this one is never the report itself.
    process.stderr.write(githubAnnotations(report));
  }
  process.stderr.write(`report: ${join(options.results, 'runs', report.run.id, 'report.md')}\n`);
  return exitStatus(report, options);
}
