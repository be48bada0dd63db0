import { command, lazily } from '../command.ts';
import { withEngineOptions, withMatrix } from '../options.ts';

export const rerunCommand = withEngineOptions(
  withMatrix(
    command('rerun', {
      summary: 'Run one cell again and explain its verdict',
      examples: ['rerun debian-12/cpython-3.11 add/os.system'],
    })
      .argument('<environment>', 'id of the row, such as debian-12/pypy3')
      .argument('<scenario>', 'id of the column, such as add/os.system')
      .option('--json', 'Run one trial and print its output lines as they are'),
  ),
).action(lazily(async () => (await import('../../commands/rerun/rerun.ts')).rerun));
