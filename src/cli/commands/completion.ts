import { Argument } from '@commander-js/extra-typings';
import { command } from '../command.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { program } from './program.ts';

export const completionCommand = command('completion', {
  summary: 'Print a completion script for bash, zsh or fish',
  details:
    'For bash or zsh, put `eval "$(matrix completion bash)"` into ~/.bashrc or its like. For fish, put `matrix completion fish | source` into config.fish.',
  examples: ['completion bash'],
})
  .addArgument(new Argument('<shell>').choices(SHELLS))
  .action((shell) => {
    process.stdout.write(completionScript(shell, program));
  });
