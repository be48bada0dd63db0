/** Words in lines of a given width. Pure. */

/** Where words go: the columns of a line with its indent, and what the first and the other lines begin with. */
interface Lines {
  readonly width: number;
  readonly first?: string | undefined;
  readonly rest?: string | undefined;
}

/**
 * Puts words into lines. A word that is wider than a line stays whole on its own line: a command or an
 * id that is cut can't be copied.
 *
 * @param columns the columns of a text; by default its length, which is right for ids
 * @returns one line or more, without spaces at their ends
 */
export function linesOfWords(
  words: readonly string[],
  { width, first = '', rest = '' }: Lines,
  columns = (text: string) => text.length,
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words) {
    const longer = empty ? line + word : `${line} ${word}`;
    if (!empty && columns(longer) > width) {
      lines.push(line.trimEnd());
      line = rest + word;
    } else {
      line = longer;
    }
    empty = false;
  }
  return [...lines, line.trimEnd()];
}
