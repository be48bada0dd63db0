/** A report becomes the baseline, as far as it was decided. Pure. */
import type { Cell, Report } from '../report/schema.ts';
import { rowFactChanges } from './diff.ts';
import { homePlatform, seenFrom } from '../report/seen-from.ts';
import { baselineHome, type Baseline, type BaselineRow } from './baseline.ts';
import { isConclusive } from '../report/summary.ts';

/** A place in the table. */
export type CellPlace = Pick<Cell, 'environment' | 'scenario'>;

/** The result of accepting a report. */
export interface Acceptance {
  readonly baseline: Baseline;
  /** Accepted earlier, and kept since this report did not decide them or does not have them. */
  readonly kept: readonly CellPlace[];
  /**
   * Accepted earlier and dropped: this report did not decide them, and the facts of their row have
   * changed, so no verdict is known with these packages.
   */
  readonly dropped: readonly CellPlace[];
}

/**
 * Moves a baseline to a report. Only passes and fails are accepted; other rows and cells of the former
 * baseline stay, so that a run of a part of the matrix, or on another platform, can be accepted.
 */
export function acceptReport(given: Report, former: Baseline | undefined): Acceptance {
  const home = former ? baselineHome(former) : (homePlatform(given.run) ?? 'linux/amd64');
  const report = seenFrom(given, home);
  const formerRows = new Map(former?.environments.map((row) => [row.id, row]));
  const decided = new Map<string, Map<string, 'pass' | 'fail'>>();
  for (const { environment, scenario, verdict } of report.cells) {
    if (!isConclusive(verdict)) continue;
    const own = decided.get(environment) ?? new Map<string, 'pass' | 'fail'>();
    decided.set(environment, own.set(scenario, verdict));
  }
  const rows = new Map<string, BaselineRow>(formerRows);
  const kept: CellPlace[] = [];
  const dropped: CellPlace[] = [];
  for (const { id, platform, python, libc, distro, shell } of report.environments) {
    const verdicts = decided.get(id);
    if (!verdicts) continue;
    const facts = { id, platform, python, libc, distro, shell };
    const old = formerRows.get(id);
    const isSameRow = old !== undefined && rowFactChanges(old, facts).length === 0;
    const left = Object.entries(old?.verdicts ?? {}).filter(
      ([scenario]) => !verdicts.has(scenario),
    );
    const places = left.map(([scenario]) => ({ environment: id, scenario }));
    (isSameRow ? kept : dropped).push(...places);
    rows.set(id, {
      ...facts,
      verdicts: Object.fromEntries([...(isSameRow ? left : []), ...verdicts]),
    });
  }
  for (const { id, verdicts } of formerRows.values()) {
    if (decided.has(id)) continue;
    kept.push(...Object.keys(verdicts).map((scenario) => ({ environment: id, scenario })));
  }
  return {
    baseline: {
      kind: 'baseline',
      schema: 1,
      run: report.run.id,
      platform: home === baselineHome({}) ? undefined : home,
      environments: [...rows.values()],
    },
    kept,
    dropped,
  };
}
