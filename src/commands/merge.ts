/** `matrix merge DIR...`: the reports of shards, put together to the report of the whole run. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newRunId } from '../run/run-folder.ts';
import { findSources, type FoundSources } from '../shards/find-sources.ts';
import { mergeReports } from '../shards/merge-reports.ts';
import type { ShardPlan } from '../shards/shard-plan.ts';
import { TOOL } from '../tool.ts';
import { EXIT } from '../cli/exit-status.ts';
import { finishRun, type FinishOptions } from '../app/finish-run.ts';
import { readPlan } from '../app/shard-options.ts';
import { withResults } from '../app/with-results.ts';
import { UserError } from '../cli/user-error.ts';

/** @returns the exit status, as of a run of all the shards; 3 if one of them is missing */
export async function merge(
  folders: readonly string[],
  options: FinishOptions & { readonly shardPlan?: string | undefined },
): Promise<number> {
  const found = await findSources(folders);
  const plan = await planOf(options.shardPlan, found);
  const id = newRunId(new Date(), Math.random());
  const outcome = mergeReports({ id, tool: TOOL, plan, sources: found.sources });
  switch (outcome.type) {
    case 'refused':
      throw new UserError(`These are not parts of one run:\n${outcome.problems.join('\n')}`);
    case 'nothing':
      throw new UserError(
        `None of the shards has a report:\n${outcome.missing.join('\n')}`,
        EXIT.notMeasured,
      );
    case 'merged':
      return withResults(options.results, id, async () => {
        const folder = join(options.results, 'runs', id);
        await mkdir(folder, { recursive: true });
        return finishRun(options, folder, outcome.report);
      });
  }
}

async function planOf(
  path: string | undefined,
  { plans }: FoundSources,
): Promise<ShardPlan | undefined> {
  if (path !== undefined) return readPlan(path);
  if (plans.length > 1) {
    throw new UserError(
      'The folders hold different shard plans. Name the right one with --shard-plan.',
    );
  }
  return plans[0];
}
