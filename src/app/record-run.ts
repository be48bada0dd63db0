/** Keeps results/history/: a line a run, and the page that is made of the lines. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { loadPageAssets } from './page-assets.ts';
import { renderHistory } from '../formats/html/history-page.ts';
import { previousRun } from '../comparison/previous-run.ts';
import { runLineOf } from '../comparison/run-line.ts';
import type { Report } from '../report/schema.ts';
import { canonicalJson } from '../json-file/canonical-json.ts';
import { historyPath, loadHistory, reportInFolder } from './load-report.ts';
import { UserError } from '../cli/user-error.ts';

/**
 * The report of the run that a new one is compared with.
 *
 * @returns undefined if there is none, or if it cannot be read: a report without the strip of
 *   changes is whole, and a run is not to be lost for it
 */
export async function previousReport(results: string, next: Report): Promise<Report | undefined> {
  try {
    const id = previousRun((await loadHistory(results)).runs, runLineOf(next));
    return id === undefined ? undefined : await reportInFolder(join(results, 'runs', id));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Adds a run to the history and rewrites the history's page. Needs the lock on the results. A line
 * that is cut off because the disk is full is left out by readers, and does not spoil the next one.
 * If the run is already recorded, because it was killed after that and resumed, nothing is added.
 *
 * @returns undefined; or, since the run's own report is whole without it, why the history is not
 */
export async function recordRun(results: string, report: Report): Promise<string | undefined> {
  try {
    await mkdir(join(results, 'history'), { recursive: true });
    const line = runLineOf(report);
    const there = (await loadHistory(results)).runs.find(({ run }) => run.id === line.run.id);
    const same =
      there?.run.complete === line.run.complete &&
      canonicalJson(there.rows) === canonicalJson(line.rows);
    if (!same) await appendLine(historyPath(results), JSON.stringify(line));
    const page = renderHistory(await loadHistory(results), loadPageAssets());
    await writeFileAtomic(join(results, 'history', 'index.html'), page);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError) && !isSystemError(error)) throw error;
    return `This run is missing or incomplete in the history of ${results}: ${error.message}`;
  }
}

/** In one piece, so that a reader sees the line or does not see it. */
async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+');
  try {
    const start = (await endsInLineBreak(file)) ? '' : '\n';
    await file.appendFile(`${start}${line}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Whether the next line starts a line; so it does in an empty file. */
async function endsInLineBreak(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
