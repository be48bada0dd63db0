/** Every command, in the order of the help. */
import { Command } from '@commander-js/extra-typings';
import { TOOL } from '../../tool.ts';
import { silenced } from '../command.ts';
import { acceptCommand } from './accept.ts';
import { adviseCommand } from './advise.ts';
import { bisectCommand } from './bisect.ts';
import { cleanCommand } from './clean.ts';
import { completionCommand } from './completion.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { lockCommand } from './lock.ts';
import { mergeCommand } from './merge.ts';
import { planCommand } from './plan.ts';
import { reportCommand } from './report.ts';
import { rerunCommand } from './rerun.ts';
import { runCommand } from './run.ts';
import { shellCommand } from './shell.ts';
import { tryCommand } from './try.ts';

export const program = silenced(new Command('matrix'))
  .description(
    'Measure where it is unsafe to start a child process while another thread changes the environment.',
  )
  .usage('COMMAND [options]')
  .configureHelp({ subcommandTerm: (command) => command.name(), visibleOptions: () => [] })
  .helpOption('-h, --help', 'Print this help')
  .helpCommand('help [command]', 'Print the help of a command')
  .version(`${TOOL.name} ${TOOL.version}`, '--version', 'Print the version')
  .addHelpText(
    'after',
    `
Example:
  matrix run --only 'debian-13/*'

\`matrix COMMAND --help\` lists the options of a command, \`matrix --version\` prints the version.

Exit codes (\`try\` and \`diff\` have their own):
  0    no verdict is unexpected
  1    some verdict is unexpected
  2    bad arguments or a bad matrix file
  3    some cell could not be measured
  4    no container engine
  70   a bug in the program, or Node is too old
  130  interrupted; what was measured is kept`,
  );

for (const one of [
  runCommand,
  tryCommand,
  planCommand,
  reportCommand,
  mergeCommand,
  lockCommand,
  diffCommand,
  adviseCommand,
  acceptCommand,
  rerunCommand,
  bisectCommand,
]) {
  program.addCommand(one);
}
for (const one of [shellCommand, doctorCommand, cleanCommand, completionCommand])
  program.addCommand(one);
