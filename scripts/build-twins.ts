/** Rows of a report that differ in what their Python was built against. Pure. */
import { builtAgainstText, pythonText } from '../src/report/facts-text.ts';
import { orderEnvironments } from '../src/report/order.ts';
import type { Report, ReportEnvironment } from '../src/report/schema.ts';
import { compareDebianVersions } from '../src/text/version-order.ts';

/**
 * Groups of rows with the same Python and the same C library whose builds were made against different
 * ones, and so with different compilers: the oldest C library of a build first, the groups in the order of
 * rows.
 */
export function buildTwins({ environments }: Report): readonly (readonly ReportEnvironment[])[] {
  const groups = new Map<string, ReportEnvironment[]>();
  for (const row of orderEnvironments(environments)) {
    if (!row.python?.builtAgainst || !row.libc) continue;
    const key = [pythonText(row), row.libc.package, row.platform?.name].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()]
    .filter((rows) => new Set(rows.map((row) => builtAgainstText(row))).size > 1)
    .map((rows) => rows.toSorted((a, b) => compareDebianVersions(buildLibc(a), buildLibc(b))));
}

function buildLibc({ python }: ReportEnvironment): string {
  return python?.builtAgainst?.version ?? python?.builtAgainst?.atLeast ?? '';
}
