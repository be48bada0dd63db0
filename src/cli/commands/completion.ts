import { Argument } from '@commander-js/extra-typings';
import { command } from '../command.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { program } from './program.ts';

export const completion = command('completion', {
  summary: 'Print a completion script for bash, zsh or fish',
  details: 'Put the line of the example into the file that your shell reads at its start.',
  examples: ['completion bash'],
})
  .addArgument(new Argument('<shell>').choices(SHELLS))
  .action((shell) => {
    process.stdout.write(completionScript(shell, program));
  });
