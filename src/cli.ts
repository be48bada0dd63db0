/** Arguments in, command out. */
import { accept } from './commands/accept.ts';
import { advise } from './commands/advise.ts';
import { bisect } from './commands/bisect.ts';
import { clean } from './commands/clean.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor/doctor.ts';
import { EXIT } from './cli/exit-status.ts';
import { help } from './cli/help.ts';
import { readOptions } from './cli/options.ts';
import { lock } from './commands/lock.ts';
import { merge } from './commands/merge.ts';
import { plan } from './commands/plan/plan.ts';
import { report } from './commands/report.ts';
import { rerun } from './commands/rerun/rerun.ts';
import { run } from './commands/run/run.ts';
import { shell } from './commands/shell.ts';
import { machineTrouble } from './cli/machine-trouble.ts';
import { UserError } from './cli/user-error.ts';
import { FolderError } from './host/folder-content.ts';
import { TOOL } from './tool.ts';
import type { Options } from './cli/options.ts';

const COMMANDS: Readonly<Record<string, (options: Options) => Promise<number>>> = {
  run,
  plan,
  report,
  merge,
  lock,
  diff,
  advise,
  bisect,
  accept,
  rerun,
  shell,
  doctor,
  clean,
};

async function main(args: readonly string[]): Promise<number> {
  const { positionals, ...options } = readOptions(args);
  const [name, ...rest] = positionals;
  if (options.version) {
    process.stdout.write(`${TOOL.name} ${TOOL.version}\n`);
    return 0;
  }
  if (options.help || name === undefined) {
    process.stdout.write(help());
    return options.help ? 0 : 2;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UserError(
      `there is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}`,
    );
  }
  return command({ positionals: rest, ...options });
}

/** Says what went wrong, and gives the exit status that says so as well. */
function explain(error: unknown): number {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (error instanceof UserError) {
    say(error.message);
    return error.status;
  }
  if (error instanceof FolderError) {
    say(error.message);
    return EXIT.usage;
  }
  const trouble = machineTrouble(error);
  if (trouble !== undefined) {
    say(trouble);
    return EXIT.notMeasured;
  }
  say('This is a bug in the program, or the machine failed it:');
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}

// A reader that has seen enough, such as `head`, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Nor is one that does not want to see the progress any more: the run goes on.
process.stderr.on('error', () => undefined);
// Node.js would end with 1, which says that a verdict was not as expected.
process.on('uncaughtException', (error) => {
  process.exit(explain(error));
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error);
}
