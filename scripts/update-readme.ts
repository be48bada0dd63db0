/**
 * Puts the findings, the picture and the table of the reference report into README.md: `make
 * readme`. Only the rows of the default group are shown there. With --check it only reports whether
 * they are up to date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadPlan } from '../src/app/load-plan.ts';
import { parseReport } from '../src/report/json.ts';
import { markdownGrid } from '../src/formats/markdown/markdown.ts';
import type { Report } from '../src/report/schema.ts';
import { partOf } from '../src/analysis/part.ts';
import { renderPicture } from '../src/formats/picture/picture.ts';
import { REFERENCE, withBlock } from './generated-block.ts';
import { engineText, hostText } from '../src/report/run-text.ts';

const FOLDER = 'results/reference';
const PICTURE = 'docs/picture.svg';

const loaded = parseReport(readFileSync(REFERENCE, 'utf8'));
if (!loaded.ok) throw new Error(`${REFERENCE}: ${loaded.error.join('; ')}`);
const report = loaded.value;
const readme = readFileSync('README.md', 'utf8');
const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: undefined, only: [], skip: [] });
const rows = new Set(plan.environments.map(({ id }) => id));
const shown = partOf(report, (id) => rows.has(id));
const left = report.environments.length - shown.environments.length;
const picture = renderPicture(shown);
// Readers want to know where calls fail; the other findings are in the report.
const findings = findingsByChange(report);
const day = report.run.startedAt.slice(0, 10);
const block = [
  ...findings.map((line) => `- ${line}\n`),
  '\n',
  `[![${alternative(shown)}](${PICTURE})](${FOLDER}/report.md)\n\n`,
  '<details><summary>The same as a table, with the packages</summary>\n\n',
  `${markdownGrid(shown).trim()}\n\n`,
  '</details>\n\n',
  ...(left > 0
    ? [`The [whole report](${FOLDER}/report.md) has ${left} more environments.\n\n`]
    : []),
  `Measured on ${day}: ${hostText(report.run)}; ${engineText(report.run)}.`,
].join('');
const next = withBlock(
  readme,
  `made from ${REFERENCE} by make readme`,
  'made by make readme',
  block,
);

/** The first finding of each change of the environment, in words that stand without the table. */
function findingsByChange({ scenarios, findings }: Report): string[] {
  const changes: Readonly<Record<string, string>> = {
    add: 'Adding a variable',
    delete: 'Deleting a variable',
    overwrite: 'Overwriting a variable',
  };
  return scenarios.flatMap(({ id, mutation = '' }) => {
    const change = changes[mutation];
    const text = findings.find(({ scenario }) => scenario === id)?.text;
    if (change === undefined || text === undefined) return [];
    const [first = ''] = text.split('. ');
    return [`**${change}**: ${first.charAt(0).toLowerCase()}${first.slice(1).replace(/\.$/, '')}.`];
  });
}

/** For those who do not see the picture; the figures are in the table below it. */
function alternative({ environments, scenarios }: Report): string {
  return `Verdicts of ${environments.length} environments and ${scenarios.length} scenarios; the table below has the same verdicts`;
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
