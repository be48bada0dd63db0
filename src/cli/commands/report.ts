import { command, lazily } from '../command.ts';
import { color, LATEST_REPORT, noColor } from '../options.ts';

export const reportCommand = command('report', {
  summary: 'Print a report in another format',
  examples: ['report --format markdown', 'report results/reference/report.json'],
})
  .argument('[file]', 'report, or the folder of a run', LATEST_REPORT)
  .option(
    '--format <format>',
    'terminal, json, markdown, html, csv, junit, picture, badge-svg, badge-json or github-summary',
    'terminal',
  )
  .addOption(color)
  .addOption(noColor)
  .action(lazily(async () => (await import('../../commands/report.ts')).report));
