/** The reports whose files are read back: what was measured, what is large, what is odd, what is hostile. */
import { readFileSync } from 'node:fs';
import type { Report } from '../../src/report/schema.ts';
import { parseReport } from '../../src/report/json.ts';
import { hostileReport } from '../support/hostile-report.ts';
import { largeReport, sampleReport, scriptReport } from '../support/sample-report.ts';

/** The folder of the committed reference report, with a slash behind it. */
export const REFERENCE = new URL('../../results/reference/', import.meta.url);

/** The committed reference report. */
export function referenceReport(): Report {
  const loaded = parseReport(readFileSync(new URL('report.json', REFERENCE), 'utf8'));
  if (!loaded.ok) throw new Error(loaded.error.join('; '));
  return loaded.value;
}

export const REPORTS: Readonly<Record<string, () => Report>> = {
  'the reference report': referenceReport,
  'a report of 80,000 cells': () => largeReport(2000, 40),
  'a report with places without a cell': () => {
    const report = largeReport(9, 9);
    return { ...report, cells: report.cells.slice(0, -20) };
  },
  "a report of somebody's own reproduction": scriptReport,
  'an empty report': () => sampleReport({ environments: [], scenarios: [], cells: [] }),
  'a hostile report': hostileReport,
};
