import { command, lazily } from '../command.ts';
import { withEngineOptions, withMatrix } from '../options.ts';

export const shellCommand = withEngineOptions(
  withMatrix(
    command('shell', {
      summary: 'Open a shell in the image of a row, with the limits of a trial',
      examples: ['shell debian-12/pypy3', 'shell debian-12/pypy3 -- ./run.sh --calls 1'],
    })
      .argument('<environment>', 'id of the row, such as debian-12/pypy3')
      .argument('[command...]', 'command to run instead of a shell'),
  ),
).action(lazily(async () => (await import('../../commands/shell.ts')).shell));
