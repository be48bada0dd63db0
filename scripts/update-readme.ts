/**
 * Puts what the reference report found, its picture and its table into README.md: `make readme`. Of its
 * rows only those that a plain run measures are shown there. With --check it only says whether they are
 * in step.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadPlan } from '../src/app/load-plan.ts';
import { headline } from '../src/analysis/headline.ts';
import { markdownLine } from '../src/text/markdown-text.ts';
import { parseReport } from '../src/report/json.ts';
import { markdownGrid } from '../src/formats/markdown/markdown.ts';
import type { Report } from '../src/report/schema.ts';
import { partOf } from '../src/analysis/part.ts';
import { renderPicture } from '../src/formats/picture/picture.ts';
import { engineText, hostText } from '../src/report/run-text.ts';

const FOLDER = 'results/reference';
const REFERENCE = `${FOLDER}/report.json`;
const PICTURE = 'docs/picture.svg';
const [BEGIN, END] = [
  `<!-- begin: made from ${REFERENCE} by make readme -->`,
  '<!-- end: made by make readme -->',
];

const loaded = parseReport(readFileSync(REFERENCE, 'utf8'));
if (!loaded.ok) throw new Error(`${REFERENCE}: ${loaded.error.join('; ')}`);
const report = loaded.value;
const readme = readFileSync('README.md', 'utf8');
const [before, rest] = readme.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error('README.md has lost its marks');
const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: undefined, only: [], skip: [] });
const rows = new Set(plan.environments.map(({ id }) => id));
const shown = partOf(report, (id) => rows.has(id));
const left = report.environments.length - shown.environments.length;
const picture = renderPicture(shown);
const day = report.run.startedAt.slice(0, 10);
const next = [
  before,
  BEGIN,
  '\n\n',
  `**${markdownLine(headline(report))}**\n\n`,
  `[![${alternative(shown)}](${PICTURE})](${FOLDER}/report.md)\n\n`,
  '<details><summary>The same as a table, with the packages</summary>\n\n',
  `${markdownGrid(shown).trim()}\n\n`,
  '</details>\n\n',
  ...(left > 0
    ? [`${left} more environments are in the [whole report](${FOLDER}/report.md).\n\n`]
    : []),
  `Measured on ${day}: ${hostText(report.run)}; ${engineText(report.run)}.\n\n`,
  END,
  after,
].join('');
/** For those who do not see the picture; the figures are in the table below it. */
function alternative({ environments, scenarios }: Report): string {
  return `Verdicts of ${environments.length} environments and ${scenarios.length} scenarios; the table below says the same`;
}

if (process.argv.includes('--check')) {
  const stale = [
    ...(next === readme ? [] : ['README.md']),
    ...(existsSync(PICTURE) && readFileSync(PICTURE, 'utf8') === picture ? [] : [PICTURE]),
  ];
  if (stale.length > 0) {
    process.stderr.write(`not in step with ${REFERENCE}: ${stale.join(', ')}; run make readme\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(PICTURE, picture);
  writeFileSync('README.md', next);
}
