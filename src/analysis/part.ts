/** A part of a report, for where the whole has no room. Pure. */
import type { Report } from '../report/schema.ts';
import { computeFindings } from './findings.ts';
import { summarise } from '../report/summary.ts';

/**
 * The rows and columns of a report that are wanted, as a report: its cells stay as they were judged in
 * the whole run, its findings and counts are those of this part alone.
 *
 * @param hasRow of an environment's id
 * @param hasColumn of a scenario's id; all columns if absent
 */
export function partOf(
  report: Report,
  hasRow: (environment: string) => boolean,
  hasColumn: (scenario: string) => boolean = () => true,
): Report {
  const environments = report.environments.filter(({ id }) => hasRow(id));
  const scenarios = report.scenarios.filter(({ id }) => hasColumn(id));
  const cells = report.cells.filter(
    ({ environment, scenario }) => hasRow(environment) && hasColumn(scenario),
  );
  return {
    ...report,
    environments,
    scenarios,
    cells,
    findings: computeFindings({ environments, scenarios, cells }),
    summary: summarise(cells),
  };
}
