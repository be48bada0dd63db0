/** Prose in lines of a given width. Pure. */
import stringWidth from 'string-width';
import { linesOfWords } from './lines-of-words.ts';

/**
 * Breaks a text at its spaces; a word that is wider than a line stays whole on its own line.
 *
 * @param width columns of a line, its indent included
 * @param first the prefix of the first line
 * @param rest the prefix of the other lines
 * @returns one line or more, without spaces at their ends
 */
export function wrapped(text: string, width: number, first = '', rest = ''): string[] {
  const words = text.split(' ').filter((part) => part !== '');
  return linesOfWords(words, { width, first, rest }, stringWidth);
}
