/**
 * A run on one line of results/history/runs.jsonl: what identifies it, and the verdicts of its rows.
 * Figures and evidence stay in the run's own report. Pure.
 */
import { VERDICTS, type Verdict } from '../model.ts';
import type { Report, ReportEnvironment } from '../report/schema.ts';
import type { RowFacts, Snapshot } from './snapshot.ts';

/** A row of a run: what was measured in its image, and what its cells came to. */
export interface HistoryRow extends Omit<ReportEnvironment, 'image'> {
  /** Of the image, sha256 in hex. */
  readonly fingerprint?: string;
  /** Seconds of trials of its cells together; lines of early versions do not have it. */
  readonly seconds?: number;
  /** A letter a scenario, in the order of {@link RunLine.scenarios}; `.` where there is no such cell. */
  readonly verdicts: string;
}

/** A line of the history. */
export interface RunLine {
  readonly schema: 1;
  readonly run: Omit<Report['run'], 'warnings' | 'lock' | 'shard' | 'merged' | 'hosts'>;
  readonly summary: Report['summary'];
  /** Ids. */
  readonly scenarios: readonly string[];
  readonly rows: readonly HistoryRow[];
}

/** Stands where a run has no such cell. */
export const NO_CELL = '.';

const VERDICT_BY_LETTER = new Map(VERDICTS.map((verdict) => [letterOf(verdict), verdict]));

/** The first letter of a verdict; no two begin with the same. */
function letterOf(verdict: Verdict): string {
  return verdict.charAt(0);
}

/** The verdict that a letter of {@link HistoryRow.verdicts} stands for; undefined for no cell. */
export function verdictOfLetter(letter: string): Verdict | undefined {
  return VERDICT_BY_LETTER.get(letter);
}

/** What the history keeps of a report. */
export function runLineOf(report: Report): RunLine {
  // Warnings are sentences, and where each row was measured is kept in the run's own report.
  const { id, startedAt, finishedAt, complete, tool, engine, host, matrix, rule } = report.run;
  const verdicts = new Map(
    report.cells.map((cell) => [`${cell.environment}\n${cell.scenario}`, cell.verdict]),
  );
  const seconds = new Map<string, number>();
  for (const cell of report.cells) {
    seconds.set(cell.environment, (seconds.get(cell.environment) ?? 0) + cell.seconds);
  }
  const scenarios = report.scenarios.map(({ id }) => id);
  return {
    schema: 1,
    run: { id, startedAt, finishedAt, complete, tool, engine, host, matrix, rule },
    summary: report.summary,
    scenarios,
    rows: report.environments.map(({ image, ...facts }) => ({
      ...facts,
      ...(image && { fingerprint: image.fingerprint }),
      seconds: Math.round((seconds.get(facts.id) ?? 0) * 100) / 100,
      verdicts: scenarios
        .map((scenario) => verdicts.get(`${facts.id}\n${scenario}`))
        .map((verdict) => (verdict === undefined ? NO_CELL : letterOf(verdict)))
        .join(''),
    })),
  };
}

/** A row's facts in the form in which they are compared. */
export function rowFactsOf(row: HistoryRow): RowFacts {
  const { fingerprint } = row;
  return { ...row, ...(fingerprint !== undefined && { image: { fingerprint } }) };
}

/** A line in the form in which runs are compared. */
export function snapshotOf({ run, scenarios, rows }: RunLine): Snapshot {
  return {
    run,
    environments: rows.map(rowFactsOf),
    scenarios: scenarios.map((id) => ({ id })),
    cells: rows.flatMap((row) =>
      scenarios.flatMap((scenario, index) => {
        const verdict = verdictOfLetter(row.verdicts.charAt(index));
        return verdict === undefined ? [] : [{ environment: row.id, scenario, verdict }];
      }),
    ),
  };
}
