/** The style and the script of the pages, as text to put into them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { PageAssets } from '../formats/html/html-parts.ts';

const FOLDER = new URL('../formats/html/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

let known: PageAssets | undefined;

/** Bundles the script when a page is written for the first time: a page without a network needs it as one. */
export function loadPageAssets(): PageAssets {
  return (known ??= {
    style: read('page/style.css'),
    historyStyle: read('history-page.css'),
    script: bundled(),
  });
}

/** Not minified, so that the page's source stays readable. */
function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('page/app.ts', FOLDER))],
    // Its comments name the files from here: the script is the same wherever the program is called.
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    // The compiler options of an installed package, which lacks the tsconfig that the page's own
    // extends.
    tsconfigRaw: '{}',
  });
  const [script] = outputFiles;
  if (!script) throw new Error('esbuild has made no script');
  return script.text;
}
