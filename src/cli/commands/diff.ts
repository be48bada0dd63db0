import { command, lazily } from '../command.ts';
import { textAsJson, textFormat } from '../options.ts';

export const diffCommand = command('diff', {
  summary: 'Show what changed between two reports, run folders or baselines',
  details: 'The exit code is 1 if anything did.',
  examples: ['diff results/baseline.json results/latest'],
})
  .argument('<old>', 'report, run folder or baseline')
  .argument('<new>', 'the same, to compare with it')
  .addOption(textFormat)
  .addOption(textAsJson)
  .action(lazily(async () => (await import('../../commands/diff.ts')).diff));
