/** A word of a command line. Pure. */

/** A text as a shell takes it for one word, whatever it holds. */
export function shellWord(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
