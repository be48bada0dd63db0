/** The folders that `matrix merge` is given -> reports, and the problem with those that have none. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReport } from '../report/json.ts';
import type { ReportSource } from './merge-reports.ts';
import { parseShardFile, planDigest, type ShardFile, type ShardPlan } from './shard-plan.ts';

/** Beside a shard's report, and written before it. */
export const SHARD_FILE = 'shard.json';

export interface FoundSources {
  readonly sources: readonly ReportSource[];
  /** The plans that the folders hold, each once. */
  readonly plans: readonly ShardPlan[];
}

/**
 * Searches each folder. It can be the folder of a run, a results folder (its newest run is used),
 * or a folder of such folders, as a CI system unpacks its artifacts. A folder without a report
 * becomes a source that states this; no named folder is left out.
 */
export async function findSources(folders: readonly string[]): Promise<FoundSources> {
  const runs = (await Promise.all(folders.map(runFolders))).flat();
  const plans = new Map<string, ShardPlan>();
  const sources: ReportSource[] = [];
  for (const folder of [...new Set(runs)]) {
    const shard = await shardFile(folder);
    if (shard) plans.set(planDigest(shard.plan), shard.plan);
    const text = await readIfThere(join(folder, 'report.json'));
    const read = parseReport(text ?? '');
    sources.push(
      read.ok
        ? { type: 'report', name: folder, report: read.value }
        : {
            type: 'broken',
            name: folder,
            index: shard?.index,
            reason:
              text === undefined
                ? 'it has no report.json, so its run did not finish'
                : `its report.json is damaged: ${read.error[0]}`,
          },
    );
  }
  return { sources, plans: [...plans.values()] };
}

async function runFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.map(({ name }) => name);
  if (names.includes('report.json') || names.includes(SHARD_FILE)) return [folder];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (folders.includes('runs')) {
    // Ids sort by time. `latest` may still name an older run, if the newest one was killed.
    const newest = (await readdir(join(folder, 'runs'))).sort().at(-1);
    return [newest === undefined ? folder : join(folder, 'runs', newest)];
  }
  if (folders.length === 0) return [folder];
  return (await Promise.all(folders.sort().map((name) => runFolders(join(folder, name))))).flat();
}

async function shardFile(folder: string): Promise<ShardFile | undefined> {
  const read = parseShardFile((await readIfThere(join(folder, SHARD_FILE))) ?? '');
  return read.ok ? read.value : undefined;
}

/** An unreadable report counts as missing: it is named either way. */
async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
