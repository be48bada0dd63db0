/** The abilities of the terminal, by the conventions that terminals and CI systems share. */

interface TerminalFacts {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}

/**
 * Whether to colour: the option decides, then NO_COLOR (https://no-color.org) and FORCE_COLOR, then
 * whether there is a terminal.
 */
export function wantsColor(
  option: boolean | undefined,
  env: NodeJS.ProcessEnv,
  terminal: TerminalFacts,
): boolean {
  if (option !== undefined) return option;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return terminal.isTTY && env['TERM'] !== 'dumb';
}

/** Whether a block may be redrawn in place: in a terminal that a person watches, not in a CI log. */
export function wantsLive(env: NodeJS.ProcessEnv, terminal: TerminalFacts): boolean {
  return terminal.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** The facts that a stream reports about its terminal. */
export function terminalOf(stream: NodeJS.WriteStream): TerminalFacts {
  return { isTTY: stream.isTTY, columns: stream.isTTY ? stream.columns : undefined };
}

/** Columns to lay out for; what no terminal limits is laid out for a wide one. */
export function layoutWidth(terminal: TerminalFacts): number {
  return terminal.columns ?? 160;
}
