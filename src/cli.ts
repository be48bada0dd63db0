/** Arguments in, command out. */
import { accept } from './commands/accept.ts';
import { advise } from './commands/advise.ts';
import { bisect } from './commands/bisect.ts';
import { clean } from './commands/clean.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor.ts';
import { EXIT } from './commands/exit-status.ts';
import { help } from './commands/help.ts';
import { readOptions } from './commands/options.ts';
import { lock } from './commands/lock.ts';
import { merge } from './commands/merge.ts';
import { plan } from './commands/plan.ts';
import { report } from './commands/report.ts';
import { rerun } from './commands/rerun.ts';
import { run } from './commands/run.ts';
import { shell } from './commands/shell.ts';
import { machineTrouble } from './commands/machine-trouble.ts';
import { UserError } from './commands/user-error.ts';
import { RecipeError } from './images/recipe.ts';
import { TOOL } from './tool.ts';
import type { Options } from './commands/options.ts';

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

// A reader that has seen enough, such as `head`, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.status;
  } else if (error instanceof RecipeError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.usage;
  } else if (machineTrouble(error) !== undefined) {
    process.stderr.write(`${machineTrouble(error)}\n`);
    process.exitCode = EXIT.notMeasured;
  } else {
    process.stderr.write(
      `This is a bug in the program, or the machine failed it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 70;
  }
}
