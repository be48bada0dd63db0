/**
 * The common parts of the program's pages: the document around them, and small pieces of it. Pure.
 */
import { createHash } from 'node:crypto';
import { breakableId, escaped } from '../../text/html-text.ts';
import { visibleLine } from '../../text/visible-text.ts';

/** The files beside this one that become parts of pages, since nothing in this folder reads a disk. */
export interface PageAssets {
  readonly style: string;
  /** Of the history page, on top of the other. */
  readonly historyStyle: string;
  readonly script: string;
}

/** What is around the body of a page. */
interface DocumentFrame {
  /** Plain text. */
  readonly title: string;
  readonly style: string;
  /** The page's own script; a page without one runs none. */
  readonly script?: string | undefined;
}

/** Lines of a list that are open from the start. */
const OPEN_LINES = 8;

/** Markup on its own line; nothing of an empty part. */
export function lineOf(part: string): string {
  return part === '' ? '' : `${part}\n`;
}

/**
 * A page that is one file, up to the inside of its body. Its content security policy lets nothing run
 * but its own script, and nothing be loaded at all.
 */
export function documentStart({ title, style, script }: DocumentFrame): string {
  const policy = [
    `default-src 'none'`,
    ...(script === undefined ? [] : [`script-src ${policyHash(script)}`]),
    `style-src ${policyHash(style)}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '',
  ].join('\n');
}

/** Markup that follows the content of the body. */
export function documentEnd({ script }: DocumentFrame): string {
  const end = '</body>\n</html>\n';
  return script === undefined ? end : `<script>${script}</script>\n${end}`;
}

/** The content security policy's name of an inline script or style: `'sha256-…'`. */
export function policyHash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/** Text of others, or that may contain some. */
export function escapedLine(value: string): string {
  return escaped(visibleLine(value));
}

/** An id, which may break after its slashes. */
export function idText(id: string): string {
  return `<code>${breakableId(visibleLine(id))}</code>`;
}

/** An instant in ISO 8601 and UTC, as people read it: `2026-11-24 02:53 UTC`. */
export function timeHtml(instant: string): string {
  return `<time datetime="${escapedLine(instant)}">${escapedLine(instant.slice(0, 16).replace('T', ' '))} UTC</time>`;
}

/** A part of the page with a heading that names it. */
export function section(id: string, title: string, parts: readonly string[]): string {
  return [
    `<section aria-labelledby="${id}-title">`,
    `<h2 id="${id}-title">${escaped(title)}</h2>`,
    ...parts.filter((part) => part !== ''),
    '</section>',
  ].join('\n');
}

/**
 * A list of which the first lines are open and the others can be unfolded.
 *
 * @param items markup, each with its `<li>`
 * @param total of which `items` are the first
 */
export function foldedList(items: readonly string[], total: number): string {
  const open = `<ul>${items.slice(0, OPEN_LINES).join('')}</ul>`;
  const more = items.slice(OPEN_LINES);
  const left = total - items.length;
  const rest = [...more, ...(left > 0 ? [`<li>and ${left} more</li>`] : [])];
  if (rest.length === 0) return open;
  return `${open}<details><summary>${total - OPEN_LINES} more</summary><ul>${rest.join('')}</ul></details>`;
}
