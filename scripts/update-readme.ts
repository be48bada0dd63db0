/**
 * Puts the findings, the picture and the table of the reference report into README.md: `make
 * readme`. Only the cells of the default group are shown there one by one. With --check it only reports whether
 * they are up to date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadPlan } from '../src/app/load-plan.ts';
import { parseReport } from '../src/report/json.ts';
import { markdownGrid } from '../src/formats/markdown/markdown.ts';
import type { Report } from '../src/report/schema.ts';
import { partOf } from '../src/analysis/part.ts';
import { renderPicture } from '../src/formats/picture/picture.ts';
import { daysOf } from './findings-tables.ts';
import { REFERENCE, withBlock } from './generated-block.ts';
import { engineText, hostText } from '../src/report/run-text.ts';
import { quantity } from '../src/text/quantity.ts';
import { buildFinding, findingsByChange } from './readme-findings.ts';

const FOLDER = 'results/reference';
const PICTURE = 'docs/picture.svg';
/** The launcher of the first finding; the picture has all. */
const LAUNCHER = 'os.system';
const BUILD_SECTION = 'the-c-library-python-or-how-python-was-built';

const loaded = parseReport(readFileSync(REFERENCE, 'utf8'));
if (!loaded.ok) throw new Error(`${REFERENCE}: ${loaded.error.join('; ')}`);
const report = loaded.value;
const readme = readFileSync('README.md', 'utf8');
const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: undefined, only: [], skip: [] });
const rows = new Set(plan.environments.map(({ id }) => id));
const columns = new Set(plan.scenarios.map(({ id }) => id));
const detail = {
  environment: (id: string) => rows.has(id),
  scenario: (id: string) => columns.has(id),
};
const shown = partOf(report, detail.environment, detail.scenario);
const picture = renderPicture(report, detail);
const build = buildFinding(report);
// Readers want to know where calls fail; the other findings are in the report.
const findings = [
  ...findingsByChange(report, LAUNCHER),
  ...(build === undefined
    ? []
    : [`${build} [Which one is yours?](docs/findings.md#${BUILD_SECTION})`]),
];
const block = [
  ...findings.map((line) => `- ${line}\n`),
  '\n',
  `[![${alternative(shown)}](${PICTURE})](${FOLDER}/report.md)\n\n`,
  '<details><summary>The same as a table, with the packages</summary>\n\n',
  `${markdownGrid(shown).trim()}\n\n`,
  '</details>\n\n',
  `The [whole report](${FOLDER}/report.md) has ${quantity(report.environments.length, 'environment')} and ${quantity(report.scenarios.length, 'scenario')}.\n\n`,
  `Measured ${daysOf(report.run)}: ${hostText(report.run)}; ${engineText(report.run)}.`,
].join('');
const next = withBlock(
  readme,
  `made from ${REFERENCE} by make readme`,
  'made by make readme',
  block,
);

/** For those who do not see the picture; the figures are in the table below it and in the report. */
function alternative({ environments, scenarios }: Report): string {
  return `Verdicts of ${environments.length} environments and ${scenarios.length} scenarios, as in the table below; then all launchers in brief`;
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
