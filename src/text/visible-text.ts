/**
 * Output of a container is shown, never interpreted. This module makes every character visible that
 * could trick a terminal, a browser or a reader. Pure.
 */

/**
 * Characters that act instead of being seen: the C0 and C1 controls, and everything that Unicode
 * calls a format character (category Cf: zero-width characters, marks of direction, tags), the line
 * and paragraph separators, and halves of surrogate pairs.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * Nearly every text has only these characters, and this test is much quicker than one for all
 * dangerous characters.
 */
const PLAIN = /^[\x20-\x7e\n]*$/;

/**
 * Replaces each acting character by a visible sign: C0 controls and DEL by their Unicode control
 * picture (`␛` for ESC), all others by their code point in angle brackets (`⟨U+202E⟩`).
 *
 * @param text anything, with lines separated by LF or CRLF
 * @returns text in which LF is the only control character
 */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(ACTING, (character) => {
    if (character === '\n') return character;
    if (character === '\t') return '    ';
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/**
 * As {@link visibleText}, on one line: line breaks become `⏎` between spaces.
 *
 * @returns text without any control character
 */
export function visibleLine(text: string): string {
  return visibleText(text.trim()).replaceAll('\n', ' ⏎ ');
}

/**
 * Cuts a text to at most `limit` UTF-16 units and marks the cut with an ellipsis. Surrogate pairs
 * are kept whole.
 *
 * @param limit 1 or more
 */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${cut.replace(/[\ud800-\udbff]$/u, '')}…`;
}

/**
 * As {@link shortened}, but cuts from the middle: the beginning of a log names its subject, and the
 * end the result.
 *
 * @param limit 1 or more
 */
export function shortenedInside(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = Math.ceil((limit - 1) / 2);
  const beginning = text.slice(0, limit - 1 - end).replace(/[\ud800-\udbff]$/u, '');
  return `${beginning}…${text.slice(text.length - end).replace(/^[\udc00-\udfff]/u, '')}`;
}
