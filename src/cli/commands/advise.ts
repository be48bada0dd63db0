import { command, lazily } from '../command.ts';
import { LATEST_REPORT, textAsJson, textFormat, withChoice } from '../options.ts';

export const adviseCommand = withChoice(
  command('advise', {
    summary: 'List the launchers that were safe, and against which changes',
    examples: ['advise --only debian-13', 'advise --python 3.13 --libc musl'],
  }).argument('[file]', 'report, or the folder of a run', LATEST_REPORT),
)
  .option('--python <version>', 'Your own Python, such as 3.13, 3.13t (free-threaded) or pypy-3.11')
  .option('--libc <name>', 'Your own C library, such as musl or glibc-2.41')
  .addOption(textFormat)
  .addOption(textAsJson)
  .action(lazily(async () => (await import('../../commands/advise.ts')).advise));
