import { command, lazily } from '../command.ts';
import { DEFAULT_MATRIX, LATEST_REPORT, results } from '../options.ts';

export const acceptCommand = command('accept', {
  summary: "Make a report's verdicts the expected ones",
  examples: ['accept', 'accept results/latest --output results/baseline.json'],
})
  .argument('[file]', 'report, or the folder of a run', LATEST_REPORT)
  .option(
    '--output <file>',
    'Baseline to write (default: the one that the matrix file names, else baseline.json in the results folder)',
  )
  .option('--matrix <file>', 'Matrix file', DEFAULT_MATRIX)
  .addOption(results)
  .action(lazily(async () => (await import('../../commands/accept.ts')).accept));
