/** A part of a report, for where the whole has no room. Pure. */
import type { Report } from '../report/schema.ts';
import { computeFindings } from './findings.ts';
import { summarise } from '../report/summary.ts';

/**
 * The rows of a report that are wanted, as a report: its cells stay as they were judged in the whole run,
 * its findings and counts are those of these rows alone.
 *
 * @param wanted of an environment's id; ids that the report does not have are nothing to it
 */
export function partOf(report: Report, wanted: (environment: string) => boolean): Report {
  const environments = report.environments.filter(({ id }) => wanted(id));
  const cells = report.cells.filter(({ environment }) => wanted(environment));
  const { scenarios } = report;
  return {
    ...report,
    environments,
    cells,
    findings: computeFindings({ environments, scenarios, cells }),
    summary: summarise(cells),
  };
}
