import { Option } from '@commander-js/extra-typings';
import { command, lazily } from '../command.ts';
import { refresh, results, withCells, withEngineOptions } from '../options.ts';

export const bisectCommand = withEngineOptions(
  withCells(
    command('bisect', {
      summary: 'Find the first version of libc or Python, or the first day, with another verdict',
      details:
        'It measures as few cells as possible. Along libc or python, that is in the `cross` group unless --group names another, and --only pins the other version. Along date, it searches each selected row with the packages that Debian had on each day, from the archive of snapshots. It prints the two days between which the verdict changes, and the versions of libc and Python on both.',
      examples: [
        "bisect add/os.system --along libc --only '*/cpython-3.13-glibc'",
        "bisect add/os.system --along date --only 'debian-testing/*' --from 2026-03-01",
      ],
    })
      .argument('<scenario>', 'id of the column, such as add/os.system')
      .addOption(
        new Option('--along <axis>', 'What changes from row to row')
          .choices(['libc', 'python', 'date'] as const)
          .makeOptionMandatory(),
      )
      .option(
        '--from <day>',
        'First day along date, such as 2026-03-01 (default: a year before --to)',
      )
      .option('--to <day>', 'Last day along date (default: today)')
      .option('--all', 'Measure every version or day'),
  ),
)
  .addOption(refresh)
  .optionsGroup('Report:')
  .addOption(results)
  .option('--json', 'Print the answer as JSON')
  .action(lazily(async () => (await import('../../commands/bisect.ts')).bisect));
