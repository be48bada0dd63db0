/**
 * Makes every file of results/reference/ from its report.json: `make reference`. With a path, the
 * report there replaces it first: `make reference REPORT=results/latest/report.json`. Its cells
 * stay as they were measured; its findings are recomputed. With --check it only names the stale
 * files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readTextIfThere } from '../src/app/read-text.ts';
import { render } from '../src/app/render.ts';
import { writeResults } from '../src/app/write-results.ts';
import type { Report } from '../src/report/schema.ts';
import { computeFindings } from '../src/analysis/findings.ts';
import { FORMAT_NAMES, FORMATS } from '../src/formats/registry.ts';
import { parseReport } from '../src/report/json.ts';

const REFERENCE = 'results/reference';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean' } },
  });
  const report = readReport(positionals[0] ?? join(REFERENCE, 'report.json'));
  if (values.check !== true) {
    await writeResults(REFERENCE, report);
    return;
  }
  const stale = await outOfStep(report);
  if (stale.length === 0) return;
  process.stderr.write(
    `not in step with ${REFERENCE}/report.json: ${stale.join(', ')}; run make reference\n`,
  );
  process.exitCode = 1;
}

function readReport(path: string): Report {
  const loaded = parseReport(readFileSync(path, 'utf8'));
  if (!loaded.ok) throw new Error(`${path}: ${loaded.error.join('; ')}`);
  // The program derives the findings from the cells, so they follow the program.
  return { ...loaded.value, findings: computeFindings(loaded.value) };
}

async function outOfStep(report: Report): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const name of FORMAT_NAMES) {
    const { file } = FORMATS[name];
    if ((await readTextIfThere(join(REFERENCE, file))) !== render(name, report)) stale.push(file);
  }
  return stale;
}

await main();
