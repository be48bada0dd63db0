/** Names sentences of README.md, CONTRIBUTING.md and docs/ that have more than thirty words. */
import { readdirSync, readFileSync } from 'node:fs';

const MOST_WORDS = 30;

/** The paragraphs and list items of a page; tables, code, headings and generated parts are none. */
function paragraphsOf(page: string): readonly string[] {
  const prose = page
    .replace(/```[\s\S]*?```/g, '\n')
    .replace(/<!-- begin[\s\S]*?<!-- end[^>]*-->/g, '\n')
    .replace(/^(\||#).*$/gm, '');
  return prose.split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/);
}

/** Code and links count as one word. */
function sentencesOf(paragraph: string): readonly string[] {
  const text = paragraph
    .replace(/\s+/g, ' ')
    .replace(/`[^`]*`/g, 'X')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '');
  return text.split(/(?<=[.!?:])\s+(?=[A-Z"(])| · /);
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs').map((name) => `docs/${name}`),
];
for (const page of pages.filter((name) => name.endsWith('.md'))) {
  for (const sentence of paragraphsOf(readFileSync(page, 'utf8')).flatMap(sentencesOf)) {
    const words = sentence.split(' ').filter((word) => /\w/.test(word)).length;
    if (words <= MOST_WORDS) continue;
    process.stderr.write(`${page}: a sentence of ${words} words: ${sentence.slice(0, 80)}…\n`);
    process.exitCode = 1;
  }
}
