import { command, lazily } from '../command.ts';
import { shardPlan, withReportOptions } from '../options.ts';

export const mergeCommand = withReportOptions(
  command('merge', {
    summary: 'Combine the reports of shards in results/latest/',
    details: 'If a shard is missing, the exit code is 3, or 1 if a measured verdict is unexpected.',
    examples: ['merge shards/ --shard-plan shards.json'],
  })
    .argument('<dirs...>', 'folders with the results of shards, at any depth')
    .addOption(shardPlan)
    .option(
      '--reproduction <dir>',
      'The reproduction that the shards measured; keeps the run out of the history',
    ),
).action(lazily(async () => (await import('../../commands/merge.ts')).merge));
