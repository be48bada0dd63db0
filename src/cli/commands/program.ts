/** Every command, in the order of the help. */
import { Command } from '@commander-js/extra-typings';
import { TOOL } from '../../tool.ts';
import { silenced } from '../command.ts';
import { accept } from './accept.ts';
import { advise } from './advise.ts';
import { bisect } from './bisect.ts';
import { clean } from './clean.ts';
import { completion } from './completion.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { lock } from './lock.ts';
import { merge } from './merge.ts';
import { plan } from './plan.ts';
import { report } from './report.ts';
import { rerun } from './rerun.ts';
import { run } from './run.ts';
import { shell } from './shell.ts';
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

Exit codes:
  0    every verdict is as expected
  1    some verdict is not
  2    bad arguments or a bad matrix file
  3    some cell could not be measured
  4    no container engine
  70   a bug in the program
  130  interrupted; what was measured is kept`,
  );

for (const one of [
  run,
  tryCommand,
  plan,
  report,
  merge,
  lock,
  diff,
  advise,
  accept,
  rerun,
  bisect,
]) {
  program.addCommand(one);
}
for (const one of [shell, doctor, clean, completion]) program.addCommand(one);
