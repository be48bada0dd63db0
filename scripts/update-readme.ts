/**
 * Puts the table of the reference report into README.md: `make readme`. With --check it only says
 * whether the two are in step.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { headline } from '../src/report/headline.ts';
import { parseReport } from '../src/report/json.ts';
import { markdownGrid } from '../src/report/markdown.ts';
import { engineText, hostText } from '../src/report/run-text.ts';

const REFERENCE = 'results/reference/report.json';
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
  `${headline(report)}\n\n`,
  `${markdownGrid(report).trim()}\n\n`,
  `Measured on ${day}: ${hostText(report.run)}; ${engineText(report.run)}.\n\n`,
  END,
  after,
].join('');
if (process.argv.includes('--check')) {
  if (next !== readme) {
    process.stderr.write(`README.md is not in step with ${REFERENCE}: run make readme\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync('README.md', next);
}
