import { command, lazily } from '../command.ts';
import { refresh, withCells, withEngineOptions } from '../options.ts';

export const lockCommand = withEngineOptions(
  withCells(
    command('lock', {
      summary: 'Pin the image and the packages of each row, for `matrix run --locked`',
      examples: ["lock --only 'debian-*'"],
    }),
  ),
)
  .optionsGroup('Images:')
  .addOption(refresh)
  .option('--output <file>', 'Where to write it (default: matrix.lock.json beside the matrix file)')
  .action(lazily(async () => (await import('../../commands/lock.ts')).lock));
