import { command, lazily } from '../command.ts';

export const cleanCommand = command('clean', {
  summary: 'List the leftovers of dead runs with their sizes, and remove them',
  examples: ['clean', 'clean --all --yes'],
})
  .option('--all', "Remove the images and the private engine's data as well")
  .option('--yes', 'Remove without asking')
  .option('--engine <url>', 'Container engine, such as unix:///run/podman/podman.sock')
  .action(lazily(async () => (await import('../../commands/clean.ts')).clean));
