/** --shard, --shards and --shard-plan: the part of a run, and the plan that defines it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { lineSeenFrom } from '../comparison/run-line.ts';
import { seenFrom } from '../report/seen-from.ts';
import { platformInId } from '../platform.ts';
import type { RunPlan } from '../run/plan.ts';
import { SHARD_FILE } from '../shards/find-sources.ts';
import { costsOfHistory, costsOfReport, expectedSeconds } from '../shards/costs.ts';
import {
  parseShardPlan,
  takeShard,
  planShards,
  type ShardFile,
  type ShardPlan,
} from '../shards/shard-plan.ts';
import { loadHistory, reportInFolder } from './load-report.ts';
import { readText } from './read-text.ts';
import { unwrap, UserError } from '../cli/user-error.ts';
import { quantity } from '../text/quantity.ts';
import { cellKey } from '../report/cell-key.ts';

const MOST_SHARDS = 256;

/** The options that select a part of a run. */
export interface ShardOptions {
  /** `2/5`. */
  readonly shard?: string | undefined;
  /** The file that a plan of shards was written to. */
  readonly shardPlan?: string | undefined;
  readonly results: string;
}

/** The selection of a run: all of it, or a part. */
export interface PartOfRun {
  readonly plan: RunPlan;
  /** Kept beside the report of a part. */
  readonly file?: ShardFile | undefined;
}

/**
 * The part that `--shard` names. With `--shard-plan` the plan divides the rows. Otherwise they are
 * divided from scratch, by the times of earlier runs, so all machines must have the same times.
 *
 * @throws UserError if there is no such part, or if the plan was made for another matrix
 */
export async function shardOf(run: RunPlan, options: ShardOptions): Promise<PartOfRun> {
  if (options.shard === undefined) {
    if (options.shardPlan === undefined) return { plan: run };
    throw new UserError('--shard-plan needs --shard, such as --shard 2/5.');
  }
  const { index, count } = readShard(options.shard);
  const shards =
    options.shardPlan === undefined
      ? await divide(run, count, options.results)
      : await readPlan(options.shardPlan);
  if (shards.shards.length !== count) {
    throw new UserError(
      `--shard ${options.shard} does not match ${options.shardPlan ?? ''}, which has ${quantity(shards.shards.length, 'shard')}.`,
    );
  }
  const plan = takeShard(run, shards, index);
  if (shards.matrix.sha256 !== run.matrix.sha256 || !hasCellsOf(run, shards)) {
    throw new UserError(
      `${options.shardPlan ?? ''} was made for another version of ${run.matrix.path}, or for other cells. ` +
        `Make it again, with the same --group, --only and --skip:\n` +
        `    bin/matrix plan --shards ${count} --output FILE`,
    );
  }
  return { plan, file: { kind: 'shard', schema: 1, index, plan: shards } };
}

/** Whether a division is about just the cells of a run: the same rows can have other columns. */
function hasCellsOf(run: RunPlan, { cells }: ShardPlan): boolean {
  const divided = new Set(cells.map((cell) => cellKey(cell.environment, cell.scenario)));
  const wanted = run.environments.flatMap(({ id }) =>
    run.scenarios.map((scenario) => cellKey(id, scenario.id)),
  );
  return wanted.length === divided.size && wanted.every((cell) => divided.has(cell));
}

/** Divides a run by what its rows took the last time. */
export async function divide(run: RunPlan, count: number, results: string): Promise<ShardPlan> {
  const platforms = new Set(run.environments.map(({ id }) => platformInId(id) ?? run.home));
  if (platforms.size > count) {
    throw new UserError(
      `--shards ${count} is too few: the rows are of ${platforms.size} platforms (${[...platforms].join(', ')}), and each needs its own shard.`,
    );
  }
  const { runs } = await loadHistory(results);
  const costs = [costsOfHistory(runs.map((line) => lineSeenFrom(line, run.home)))];
  for (const name of ['latest', 'reference']) {
    // A report that is not there or cannot be read only makes the parts less even.
    const report = await reportInFolder(join(results, name));
    if (report) costs.push(costsOfReport(seenFrom(report, run.home)));
  }
  const ids = run.environments.map(({ id }) => id);
  return planShards(run, count, expectedSeconds(ids, costs));
}

/** Puts it where a merge finds it even if nothing else of the run finishes. */
export async function keepShardFile(folder: string, file: ShardFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, SHARD_FILE), `${JSON.stringify(file)}\n`);
}

/** How many shards `--shards` asks for. */
export function readShardCount(text: string): number {
  const count = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_SHARDS) return count;
  throw new UserError(`--shards takes a number from 1 to ${MOST_SHARDS}, not ${text}.`);
}

/** @throws UserError if the file holds no plan */
export async function readPlan(path: string): Promise<ShardPlan> {
  const read = parseShardPlan(await readText(path));
  return unwrap(read, ([problem]) => `${path} is not a shard plan: ${problem}.`);
}

function readShard(text: string): { index: number; count: number } {
  const [, index = '', count = ''] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  if (index === '') throw new UserError(`--shard takes a part such as 2/5, not ${text}.`);
  const parts = readShardCount(count);
  if (Number(index) > parts) {
    const all = `there ${parts === 1 ? 'is' : 'are'} only ${quantity(parts, 'shard')}`;
    throw new UserError(`--shard ${text} does not exist: ${all}.`);
  }
  return { index: Number(index), count: parts };
}
