import { Option } from '@commander-js/extra-typings';
import { command, lazily } from '../command.ts';
import { refresh, results, withCells, withEngineOptions } from '../options.ts';

export const bisectCommand = withEngineOptions(
  withCells(
    command('bisect', {
      summary: 'Find the first version of libc or Python with another verdict',
      details:
        'It measures as few cells as possible, in the `cross` group unless --group names another. --only pins the other version.',
      examples: ["bisect add/os.system --along libc --only '*/cpython-3.13-glibc'"],
    })
      .argument('<scenario>', 'id of the column, such as add/os.system')
      .addOption(
        new Option('--along <axis>', 'Which version changes from row to row')
          .choices(['libc', 'python'] as const)
          .makeOptionMandatory(),
      )
      .option('--all', 'Measure every version'),
  ),
)
  .addOption(refresh)
  .optionsGroup('Report:')
  .addOption(results)
  .option('--json', 'Print the answer as JSON')
  .action(lazily(async () => (await import('../../commands/bisect.ts')).bisect));
