/** Reports and the history, from the files that hold them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineSnapshot, looksLikeBaseline } from '../comparison/baseline.ts';
import { readHistory, type History } from '../comparison/read-history.ts';
import type { Report } from '../report/schema.ts';
import { parseReport } from '../report/json.ts';
import type { Snapshot } from '../comparison/snapshot.ts';
import { baselineOf } from './load-baseline.ts';
import { readTextIfThere } from './read-text.ts';
import { unwrap, UserError } from '../cli/user-error.ts';

/**
 * @param path a report.json, or a folder that holds one
 * @throws UserError if it is neither
 */
export async function loadReport(path: string): Promise<Report> {
  const file = await reportFile(path);
  return reportOf(await reportText(file), file);
}

/** As {@link loadReport}, or a baseline. */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  const file = await reportFile(path);
  const text = await reportText(file);
  return looksLikeBaseline(text) ? baselineSnapshot(baselineOf(text, file)) : reportOf(text, file);
}

/**
 * The report in a folder, for a caller that can do without it.
 *
 * @returns undefined if there is none, or if it is not a report
 * @throws UserError if the file cannot be read
 */
export async function reportInFolder(folder: string): Promise<Report | undefined> {
  const loaded = parseReport((await readTextIfThere(join(folder, 'report.json'))) ?? '');
  return loaded.ok ? loaded.value : undefined;
}

/** Where a results folder keeps its history. */
export function historyPath(results: string): string {
  return join(results, 'history', 'runs.jsonl');
}

/**
 * The history of a results folder; empty if there is none yet.
 *
 * @throws UserError if the file cannot be read
 */
export async function loadHistory(results: string): Promise<History> {
  return readHistory((await readTextIfThere(historyPath(results))) ?? '');
}

function reportOf(text: string, path: string): Report {
  return unwrap(
    parseReport(text),
    (problems) => `${path} is not a report:\n${problems.join('\n')}`,
  );
}

async function reportText(path: string): Promise<string> {
  const text = await readTextIfThere(path);
  if (text !== undefined) return text;
  throw new UserError(
    `${path} does not exist. \`matrix run\` makes a report, and \`matrix accept\` a baseline. results/reference has a report.`,
  );
}

async function reportFile(path: string): Promise<string> {
  // A missing file is reported when it is read.
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(path, 'report.json') : path;
}
