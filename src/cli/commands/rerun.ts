import { command, lazily } from '../command.ts';
import { withEngineOptions, withMatrix } from '../options.ts';

export const rerun = withEngineOptions(
  withMatrix(
    command('rerun', {
      summary: 'Re-run one cell and show its full output',
      examples: ['rerun debian-12/cpython-3.11 add/os.system'],
    })
      .argument('<environment>')
      .argument('<scenario>'),
  ),
).action(lazily(async () => (await import('../../commands/rerun/rerun.ts')).rerun));
