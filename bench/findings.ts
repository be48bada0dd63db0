/** Where 80,000 cells fail, in sentences: how long the search for the simplest rules takes. */
import { computeFindings } from '../src/analysis/findings.ts';
import { headline } from '../src/analysis/headline.ts';
import type { Report } from '../src/report/schema.ts';
import { largeReport } from '../test/support/sample-report.ts';
import { median } from './statistics.ts';

const ROUNDS = 3;

export async function findings(): Promise<void> {
  const large = largeReport(2000, 40);
  await Promise.resolve();
  describe('verdicts without a rule', large);
  describe('verdicts by C library and Python', byRule(large));
}

function describe(what: string, report: Report): void {
  const times = Array.from({ length: ROUNDS }, () => {
    // What is known of a report is kept with its cells.
    const fresh = { ...report, cells: [...report.cells] };
    const began = performance.now();
    computeFindings(fresh);
    headline(fresh);
    return performance.now() - began;
  });
  process.stdout.write(
    `${report.environments.length} environments × ${report.scenarios.length} scenarios, ${what}: ` +
      `${median(times).toFixed(0)} ms in the median of ${ROUNDS}, ${Math.max(...times).toFixed(0)} ms at most\n`,
  );
}

/** The same report with two terms of two facts behind each column. */
function byRule(report: Report): Report {
  const rows = new Map(report.environments.map((row) => [row.id, row]));
  const columns = new Map(report.scenarios.map(({ id }, place) => [id, place]));
  const cells = report.cells.map((cell) => {
    const { libc, python } = rows.get(cell.environment) ?? {};
    const place = columns.get(cell.scenario) ?? 0;
    const fails =
      (libc?.name === 'musl' && python?.implementation === 'CPython') ||
      (libc?.name === 'glibc' && Number(python?.version.split('.')[1] ?? 0) <= 7 + (place % 8));
    return { ...cell, verdict: fails ? ('fail' as const) : ('pass' as const) };
  });
  return { ...report, cells };
}
