/**
 * Puts what the reference report found, its picture and its table into README.md: `make readme`. With --check it only says
 * whether the two are in step.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { headline } from '../src/report/headline.ts';
import { markdownLine } from '../src/report/markdown-text.ts';
import { parseReport } from '../src/report/json.ts';
import { markdownGrid } from '../src/report/markdown.ts';
import type { Report } from '../src/model.ts';
import { engineText, hostText } from '../src/report/run-text.ts';

const FOLDER = 'results/reference';
const REFERENCE = `${FOLDER}/report.json`;
const [BEGIN, END] = [
  `<!-- begin: made from ${REFERENCE} by make readme -->`,
  '<!-- end: made by make readme -->',
];

const loaded = parseReport(readFileSync(REFERENCE, 'utf8'));
if (loaded.type !== 'report') throw new Error(`${REFERENCE}: ${loaded.problems.join('; ')}`);
const { report } = loaded;
const readme = readFileSync('README.md', 'utf8');
const [before, rest] = readme.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error('README.md has lost its marks');
const day = report.run.startedAt.slice(0, 10);
const next = [
  before,
  BEGIN,
  '\n\n',
  `**${markdownLine(headline(report))}**\n\n`,
  `[![${alternative(report)}](${FOLDER}/picture.svg)](${FOLDER}/report.md)\n\n`,
  '<details><summary>The same as a table, with the packages</summary>\n\n',
  `${markdownGrid(report).trim()}\n\n`,
  '</details>\n\n',
  `Measured on ${day}: ${hostText(report.run)}; ${engineText(report.run)}.\n\n`,
  END,
  after,
].join('');
/** For those who do not see the picture; the figures are in the table below it. */
function alternative({ environments, scenarios }: Report): string {
  return `Verdicts of ${environments.length} environments and ${scenarios.length} scenarios; the table below says the same`;
}

if (process.argv.includes('--check')) {
  if (next !== readme) {
    process.stderr.write(`README.md is not in step with ${REFERENCE}: run make readme\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync('README.md', next);
}
