/** Prose in lines of a given width. Pure. */
import stringWidth from 'string-width';

/**
 * Breaks a text at its spaces. A word that is wider than a line stays whole on its own line: a
 * command or an id that is cut can't be copied.
 *
 * @param width columns of a line, its indent included
 * @param first the prefix of the first line
 * @param rest the prefix of the other lines
 * @returns one line or more, without spaces at their ends
 */
export function wrapped(text: string, width: number, first = '', rest = ''): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = empty ? line + word : `${line} ${word}`;
    if (!empty && stringWidth(longer) > width) {
      lines.push(line.trimEnd());
      line = rest + word;
    } else {
      line = longer;
    }
    empty = false;
  }
  return [...lines, line.trimEnd()];
}
