import { command, lazily } from '../command.ts';
import { LATEST_REPORT, textAsJson, textFormat, withChoice } from '../options.ts';

export const advise = withChoice(
  command('advise', {
    summary: 'List which ways of starting a child were safe, and against what',
    examples: ['advise --only debian-13'],
  }).argument('[file]', 'report, or the folder of a run', LATEST_REPORT),
)
  .addOption(textFormat)
  .addOption(textAsJson)
  .action(lazily(async () => (await import('../../commands/advise.ts')).advise));
