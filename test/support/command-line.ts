/** Command lines as the program would take them, without running anything. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { program } from '../../src/cli/commands/program.ts';

/**
 * Parses the arguments after the program's name.
 *
 * @returns the command and its options
 * @throws CommanderError or UserError where the program would refuse them
 */
export async function parsed(args: readonly string[]): Promise<CommandUnknownOpts> {
  const command = program.commands.find((one) => one.name() === args[0]);
  if (!command) throw new Error(`no command ${args[0] ?? ''}`);
  command.action(() => undefined);
  await program.parseAsync([...args], { from: 'user' });
  return command;
}

/** The words of a command, as a shell splits those that are in documents. */
export function words(line: string): readonly string[] {
  const split = line.replace(/\s#.*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return split.map((word) => word.replace(/^["'](.*)["']$/, '$1'));
}
