/** How a command is declared: its help has an example, and its errors are sentences. */
import { Command, type CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';

/** The parts of a command's help besides its arguments and options. */
interface CommandHelp {
  /** The sentence in the list of commands, without its full stop. */
  readonly summary: string;
  /** Command lines without the program's name. */
  readonly examples: readonly string[];
  /** Further notes in the command's own help. */
  readonly details?: string;
}

/** A command without arguments, options and action, which the caller adds. */
export function command(name: string, { summary, examples, details }: CommandHelp) {
  const lines = examples.map((example) => `  matrix ${example}`);
  return silenced(new Command(name))
    .summary(summary)
    .description(details === undefined ? `${summary}.` : `${summary}. ${details}`)
    .helpOption('-h, --help', 'Print this help')
    .addHelpText('after', ['', lines.length > 1 ? 'Examples:' : 'Example:', ...lines].join('\n'));
}

/** Leaves it to the caller of the parser to print errors and to end the program. */
export function silenced(program: Command): Command {
  return program.exitOverride().configureOutput({
    outputError: () => undefined,
    writeErr: (text) => process.stdout.write(text),
  });
}

/** An action that loads its own code; its result becomes the exit status of the program. */
export function lazily<A extends unknown[]>(load: () => Promise<(...args: A) => Promise<number>>) {
  return async (...args: A): Promise<void> => {
    process.exitCode = await (await load())(...args);
  };
}

/**
 * Explains an error of the parser.
 *
 * @param args the command line that it was given
 */
export function usageProblem(
  program: CommandUnknownOpts,
  args: readonly string[],
  { code, message }: CommanderError,
): string {
  const own = program.commands.find((one) => one.name() === args[0]);
  const prefix = own ? `matrix ${own.name()}` : 'matrix';
  const hint = `\n\`${prefix} --help\` lists ${own ? 'its options' : 'the commands'}.`;
  const flag = /'(--[^'=]+)/.exec(message)?.[1];
  if (code === 'commander.unknownOption' && flag !== undefined) {
    const takers = program.commands
      .filter(({ options }) => options.some(({ long }) => long === flag))
      .map((one) => `\`matrix ${one.name()}\``);
    if (takers.length > 0) {
      return `\`${prefix}\` does not take ${flag}, which belongs to ${takers.join(', ')}.${hint}`;
    }
  }
  // commander writes "error: unknown option '--shrads'\n(Did you mean --shards?)".
  const sentence = message
    .replace(/^error: ./, (start) => start.slice(-1).toUpperCase())
    .replace(/\.?\n\((.*)\)$/, '. $1');
  return `${sentence}${/[.?]$/.test(sentence) ? '' : '.'}${hint}`;
}
