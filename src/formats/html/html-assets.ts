/**
 * The page's own style and script, as text to put into the page. The files under page/ are modules, so
 * that tests can import them; a page without a network needs them as one script.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** In an order in which each comes after what it imports. */
const MODULES = ['markup', 'state', 'choice', 'plot', 'details', 'app'];

const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');

/** The page's style sheet. */
export const STYLE = read('style.css');

/**
 * The page's script: the modules one after the other without their imports and exports. They share one
 * block scope in strict mode, in which a name that two of them use is a syntax error.
 */
export const SCRIPT = `'use strict';\n{\n${MODULES.map((name) => inlined(read(`${name}.js`))).join('\n')}\n}\n`;

function inlined(source: string): string {
  return source
    .replace(/^\/\*\*?[\s\S]*?\*\/\n/, '')
    .replace(/^import [\s\S]*?;\n/gm, '')
    .replace(/^export (?=const |function )/gm, '');
}

/** What a content security policy calls an inline script or style: `'sha256-…'`. */
export function policyHash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
