/**
 * Checks the layers of src/: a folder imports only from the folders before it in the list, has at
 * most {@link MOST_FILES} source files, and is as pure as the list claims. With --write it
 * generates the map in CONTRIBUTING.md from the list; without, it reports a stale map.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { LAYERS, MOST_FILES, PRIVATE, type Room } from './layers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAP = /(?<=<!-- map of src\/ -->\n)[\s\S]*?(?=<!-- end of the map -->)/;
const ROOMS: readonly Room[] = LAYERS.flatMap(({ rooms }) => rooms);

/** Modules, and words of code, that reach a disk, a clock, a process or an engine. */
const IMPURE_MODULES = /^(node:(?!assert|crypto|util|path)|dockerode$)/;
const IMPURE_WORDS = /\b(Date\.now\(|new Date\(\)|performance\.|process\.|setTimeout\()/;

/** Source files below a folder, relative to the repository; tests are none. */
function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js)$/.test(file) && !/\.(test|d)\.ts$/.test(file))
    .map((file) => join(folder, file))
    .sort();
}

/** The place in the list of a file below src/. @returns -1 if no entry is about it */
function placeOf(file: string): number {
  const path = relative('src', file);
  return ROOMS.findIndex((room) => room.path === path || room.path === dirname(path));
}

/** The violations of the list by one file, in sentences. */
function problemsOf(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const inside = file.startsWith('src/');
  const own = placeOf(file);
  if (inside && own < 0) return [`${file}: scripts/layers.ts does not list its folder.`];
  const pure = inside && ROOMS[own]?.pure === true;
  const problems: string[] = [];
  for (const { fileName } of ts.preProcessFile(source).importedFiles) {
    if (!fileName.startsWith('.')) {
      if (pure && IMPURE_MODULES.test(fileName)) {
        problems.push(
          `${file} imports ${fileName}, but scripts/layers.ts marks its folder as pure.`,
        );
      }
      continue;
    }
    const target = normalize(join(dirname(file), fileName));
    if (!target.startsWith('src/')) {
      if (inside) problems.push(`${file} imports ${target}, which is outside src/.`);
    } else if (!inside) {
      if (target.startsWith(`src/${PRIVATE}/`)) {
        problems.push(`${file} imports ${target}; move the shared part to src/app/.`);
      }
    } else if (placeOf(target) > own) {
      problems.push(`${file} imports ${target}, which is above it in scripts/layers.ts.`);
    }
  }
  const word = pure ? IMPURE_WORDS.exec(source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')) : null;
  if (word)
    problems.push(`${file} has ${word[0]}, but scripts/layers.ts marks its folder as pure.`);
  return problems;
}

/** The map of CONTRIBUTING.md. */
function mapText(): string {
  const layer = ({ title, rooms }: (typeof LAYERS)[number]) =>
    [`**${title}**`, '', ...rooms.map(({ path, holds }) => `- \`src/${path}\`: ${holds}`)].join(
      '\n',
    );
  return `\n${LAYERS.map(layer).join('\n\n')}\n\n`;
}

const sources = sourcesBelow('src');
const problems = [...sources, ...['bench', 'soak', 'scripts'].flatMap(sourcesBelow)].flatMap(
  problemsOf,
);
for (const [place, { path }] of ROOMS.entries()) {
  const files = sources.filter((file) => placeOf(file) === place);
  if (files.length === 0) problems.push(`scripts/layers.ts lists src/${path}, which has no file.`);
  if (files.length > MOST_FILES) {
    problems.push(
      `src/${path} has ${files.length} source files, and at most ${MOST_FILES} are allowed. Divide the folder.`,
    );
  }
}
const guide = join(ROOT, 'CONTRIBUTING.md');
const text = readFileSync(guide, 'utf8');
const current = text.replace(MAP, mapText());
if (process.argv.includes('--write')) writeFileSync(guide, current);
else if (current !== text) problems.push('The map in CONTRIBUTING.md is stale: run make map.');
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
