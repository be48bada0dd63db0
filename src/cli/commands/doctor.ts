import { command, lazily } from '../command.ts';
import { withCells, withEngineOptions } from '../options.ts';

export const doctorCommand = withEngineOptions(
  withCells(
    command('doctor', {
      summary: 'Check whether a run can start here, and how to fix what is missing',
      examples: ['doctor --install'],
    }),
  ),
).action(lazily(async () => (await import('../../commands/doctor/doctor.ts')).doctor));
