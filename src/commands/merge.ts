/** `matrix merge DIR...`: the reports of shards, put together to the report of the whole run. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newRunId } from '../run/run-folder.ts';
import { findSources, type Found } from '../shards/find-sources.ts';
import { mergeReports } from '../shards/merge-reports.ts';
import type { ShardPlan } from '../shards/shard-plan.ts';
import { TOOL } from '../tool.ts';
import { EXIT } from '../cli/exit-status.ts';
import { finishRun } from '../app/finish-run.ts';
import type { Options } from '../cli/options.ts';
import { readPlan } from '../app/shard-options.ts';
import { UserError } from '../cli/user-error.ts';
import { holdResults } from '../app/hold-results.ts';

/** @returns the exit status, as of a run of all the shards; 3 where one of them is missing */
export async function merge(options: Options): Promise<number> {
  if (options.positionals.length === 0) {
    throw new UserError(
      'merge takes the folders of shards, such as: bin/matrix merge shards/ --shard-plan shards.json',
    );
  }
  const found = await findSources(options.positionals);
  const plan = await planOf(options, found);
  const id = newRunId(new Date(), Math.random());
  const outcome = mergeReports({ id, tool: TOOL, plan, sources: found.sources });
  switch (outcome.type) {
    case 'refused':
      throw new UserError(`these are not parts of one run:\n${outcome.problems.join('\n')}`);
    case 'nothing':
      throw new UserError(
        `none of the shards has a report:\n${outcome.missing.join('\n')}`,
        EXIT.notMeasured,
      );
    case 'merged':
      break;
  }
  const release = await holdResults(options.results, id);
  try {
    const folder = join(options.results, 'runs', id);
    await mkdir(folder, { recursive: true });
    return await finishRun(options, folder, outcome.report);
  } finally {
    await release();
  }
}

async function planOf(options: Options, { plans }: Found): Promise<ShardPlan | undefined> {
  if (options.shardPlan !== undefined) return readPlan(options.shardPlan);
  if (plans.length > 1) {
    throw new UserError(
      'these are not parts of one run: the folders hold different plans; --shard-plan names the one that counts',
    );
  }
  return plans[0];
}
