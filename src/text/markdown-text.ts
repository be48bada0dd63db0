/**
 * Untrusted text inside Markdown. GitHub and other renderers make links, mentions, references and
 * HTML out of plain text. So only plain words are inserted unchanged; everything else goes into a
 * code span, in which nothing is interpreted. Pure.
 */
import { shortened, visibleLine } from './visible-text.ts';

/**
 * Words, figures and the punctuation that means nothing in Markdown wherever on a line it stands; an
 * underscore inside a word means nothing either.
 */
const PLAIN =
  /^[\p{L}\p{N}](?:[\p{L}\p{N} .,;:'"()/%=?!+≤≠–…→✓✗∅-]|(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}]))*$/u;
/** Prefixes that GitHub turns into links and pictures by itself. */
const LINKING =
  /:\/\/|www\.|:[a-z]\w*:|\bGH-\d|[A-Za-z0-9-]+\/[A-Za-z0-9._-]+#|\b[0-9a-f]{7,40}\b/i;
/** A character that starts a list at the start of a line. */
const MARKER = /^\d+[.)]/;

/** Longer texts are logs, not reasons. */
const LONGEST = 2_000;

/**
 * A text on one line of Markdown, outside of tables.
 *
 * @returns the text itself where no renderer can see markup in it; otherwise a code span
 */
export function markdownLine(text: string): string {
  const line = shortened(visibleLine(text), LONGEST);
  return PLAIN.test(line) && !LINKING.test(line) && !MARKER.test(line) ? line : codeSpan(line);
}

/**
 * A code span that holds the text whatever is in it: the fence is longer than any run of backticks
 * inside, as CommonMark 0.31 section 6.1 requires.
 *
 * @returns an empty string for an empty text, since there is no empty code span
 */
export function codeSpan(text: string): string {
  const line = shortened(visibleLine(text), LONGEST);
  if (line === '') return '';
  const fence = fenceFor(line, 1);
  // A space on both sides is taken away again by the renderer; without it a backtick would join the fence.
  const pad = /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines as a fenced block of code, as CommonMark 0.31 section 4.5 has it. */
export function codeBlock(lines: readonly string[]): string {
  const body = lines.map((line) => shortened(visibleLine(line), LONGEST)).join('\n');
  const fence = fenceFor(body, 3);
  return `${fence}\n${body}\n${fence}`;
}

/** Text for a cell of a table: in there a pipe ends the cell, even inside a code span. */
export function tableCell(markdown: string): string {
  return markdown.replaceAll('|', '\\|');
}

function fenceFor(text: string, least: number): string {
  const runs = (text.match(/`+/g) ?? []).map((run) => run.length);
  return '`'.repeat(Math.max(least, ...runs.map((length) => length + 1)));
}
