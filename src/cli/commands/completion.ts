import { Argument } from '@commander-js/extra-typings';
import { command } from '../command.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { program } from './program.ts';

export const completionCommand = command('completion', {
  summary: 'Print a completion script for bash, zsh or fish',
  details:
    'For bash, add `eval "$(matrix completion bash)"` to ~/.bashrc. For zsh, add `eval "$(matrix completion zsh)"` to ~/.zshrc. For fish, add `matrix completion fish | source` to config.fish.',
  examples: ['completion bash'],
})
  .addArgument(new Argument('<shell>').choices(SHELLS))
  .action((shell) => {
    process.stdout.write(completionScript(shell, program));
  });
