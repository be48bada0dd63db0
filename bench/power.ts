/**
 * How well the reproduction shows an existing race: for every scenario that fails anywhere, the
 * share of exposed calls that fail in each environment, the weakest first. The weakest limits the
 * trust in a pass. Measures the group GROUP (`default` if not given) from cached images, or reads
 * the report REPORT.
 */
import { loadReport } from '../src/app/load-report.ts';
import { cacheFolder } from '../src/app/with-engine.ts';
import type { Cell } from '../src/report/schema.ts';
import { percent } from '../src/report/cell-text.ts';
import { measuredRun } from './measured-run.ts';

/**
 * Below this share a failing cell can hardly be distinguished from a passing one; see
 * docs/method.md.
 */
const WANTED = 0.01;

export async function power(): Promise<void> {
  const path = process.env['REPORT'];
  const report =
    path === undefined
      ? (await measuredRun(cacheFolder(process.env), { group: process.env['GROUP'] })).report
      : await loadReport(path);
  const shown = report.cells.filter(
    (cell): cell is Shown => cell.rate !== null && cell.failures > 0,
  );
  for (const { id } of report.scenarios) {
    const cells = shown.filter(({ scenario }) => scenario === id);
    if (cells.length === 0) continue;
    const of = report.cells.filter(({ scenario, exposed }) => scenario === id && exposed > 0);
    process.stdout.write(`${id}: fails in ${cells.length} of ${of.length} environments\n`);
    for (const cell of cells.sort(byShare)) process.stdout.write(`  ${shareText(cell)}\n`);
  }
  const weak = shown.filter(({ rate }) => rate.value < WANTED).sort(byShare);
  process.stdout.write(
    weak.length === 0
      ? `every failing cell fails in more than ${percent(WANTED)} of its exposed calls\n`
      : `below ${percent(WANTED)}: ${weak.map((cell) => `${cell.environment} ${cell.scenario}`).join(', ')}\n`,
  );
}

type Shown = Cell & { readonly rate: NonNullable<Cell['rate']> };

const byShare = (a: Shown, b: Shown) => a.rate.value - b.rate.value;

function shareText({ environment, rate, failures, exposed, symptoms }: Shown): string {
  const kinds = Object.entries(symptoms).map(([symptom, count]) => `${count} ${symptom}`);
  return `${percent(rate.value)}  ${environment}  ${failures}/${exposed} (${kinds.join(', ')})`;
}
