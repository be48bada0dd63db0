import { command, lazily } from '../command.ts';
import { results, withCells } from '../options.ts';

export const planCommand = withCells(
  command('plan', {
    summary: 'Show what a run would do, what it would leave out, and why',
    examples: ["plan --only 'debian-13/*'", 'plan --shards 5 --output shards.json'],
  }),
)
  .optionsGroup('Shards (docs/ci.md):')
  .option('--shards <n>', 'Divide the rows into this many parts of about the same duration')
  .option(
    '--format <format>',
    'Print the shards as terminal, json, github (a job matrix) or gitlab (a child pipeline)',
  )
  .option('--output <file>', 'Write the shard plan to this file, for --shard-plan')
  .addOption(results)
  .optionsGroup('Options:')
  .option('--json', 'Print the plan as JSON')
  .action(lazily(async () => (await import('../../commands/plan/plan.ts')).plan));
