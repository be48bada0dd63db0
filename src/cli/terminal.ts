/** The abilities of the terminal, by the conventions that terminals and CI systems share. */

/**
 * Whether to colour stdout: the option decides, then NO_COLOR (https://no-color.org) and
 * FORCE_COLOR, then whether it is a terminal.
 */
export function wantsColor(option: boolean | undefined): boolean {
  if (option !== undefined) return option;
  const { env, stdout } = process;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return stdout.isTTY && env['TERM'] !== 'dumb';
}

/**
 * Whether a block on stderr may be redrawn in place: in a terminal that a person watches, not in a
 * CI log.
 */
export function wantsLive(): boolean {
  const { env, stderr } = process;
  return stderr.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** Columns to lay out stdout for; what no terminal limits is laid out for a wide one. */
export function layoutWidth(): number {
  const { isTTY, columns }: Partial<NodeJS.WriteStream> = process.stdout;
  return (isTTY ? columns : undefined) ?? 160;
}
