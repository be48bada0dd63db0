/** Arguments in, command out. */
import { CommanderError } from '@commander-js/extra-typings';
import { usageProblem } from './cli/command.ts';
import { program } from './cli/commands/program.ts';
import { print } from './cli/print.ts';
import { EXIT } from './cli/exit-status.ts';
import { systemErrorText } from './cli/system-error.ts';
import { UserError } from './cli/user-error.ts';

const args = process.argv.slice(2);

/** `git bisect run` takes 1 to 127, but for 125, for a bad commit. This ends the search. */
const END_OF_BISECT = 255;

/** Prints the error, and returns its exit status. */
function explain(error: unknown): number {
  if (error instanceof UserError) {
    print(error.message);
    return error.status;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.asExpected;
    // commander has printed the help if there was no command at all.
    if (error.code !== 'commander.help') print(usageProblem(program, args, error));
    return EXIT.usage;
  }
  // By its name: the module that has it is not loaded for every command.
  if (error instanceof Error && error.name === 'FolderError') {
    print(error.message);
    return EXIT.usage;
  }
  const trouble = systemErrorText(error);
  if (trouble !== undefined) {
    print(trouble);
    return EXIT.notMeasured;
  }
  print('This is a bug in the program, or a fault of the machine:');
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}

/** The exit status after an error, which must not look like a verdict to `git bisect run`. */
function statusAfter(error: unknown): number {
  const status = explain(error);
  // What follows `--` is for the script.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const isError = status === EXIT.usage || status === EXIT.notMeasured || status === EXIT.noEngine;
  return own.includes('--bisect') && (isError || status === EXIT.bug) ? END_OF_BISECT : status;
}

// A reader that has seen enough, such as `head`, is no error of this program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// A closed stderr is no error either: the run continues without showing progress.
process.stderr.on('error', () => undefined);
// Node.js would end with 1, which means an unexpected verdict.
process.on('uncaughtException', (error) => {
  process.exit(statusAfter(error));
});

try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = statusAfter(error);
}
