/**
 * A run on one line of results/history/runs.jsonl: what identifies it, and the verdicts of its rows.
 * Figures and evidence stay in the run's own report. Pure.
 */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { VERDICTS, type Verdict } from '../model.ts';
import { renamedId, type Platform } from '../platform.ts';
import { homePlatform } from '../report/seen-from.ts';
import { cellKey } from '../report/cell-key.ts';
import { reportShape, type Report } from '../report/schema.ts';
import { idSchema, runIdSchema } from '../report/schema-parts.ts';
import type { SnapshotRow } from './snapshot.ts';

const { run, summary, environments } = reportShape.shape;

/** A row of a run: the facts measured in its image, and the results of its cells. */
const row = environments.element.omit({ image: true }).extend({
  /** The fingerprint of the image, sha256 in hex. */
  fingerprint: z.string().max(200).optional(),
  /** Seconds of trials of its cells together; lines of early versions do not have it. */
  seconds: z.number().nonnegative().optional(),
  /** A letter a scenario, in the order of the line's scenarios; `.` where there is no such cell. */
  verdicts: z.string().regex(/^[pfies.]*$/, 'holds a letter that stands for no verdict'),
});
type HistoryRow = ValueOf<typeof row>;

export const runLineSchema = z
  .object({
    schema: z.literal(1),
    // Warnings are sentences, and where each row was measured is kept in the run's own report.
    run: run
      .omit({ warnings: true, lock: true, shard: true, merged: true, hosts: true })
      .extend({ id: runIdSchema }),
    summary,
    /** Ids. */
    scenarios: z.array(idSchema).max(2_000),
    rows: z.array(row).max(20_000),
  })
  .superRefine(({ scenarios, rows }, context) => {
    const problem = (message: string, path: (string | number)[]) => {
      context.addIssue({ code: 'custom', message, path });
    };
    if (new Set(scenarios).size < scenarios.length) problem('an id exists twice', ['scenarios']);
    if (new Set(rows.map(({ id }) => id)).size < rows.length) {
      problem('an id exists twice', ['rows']);
    }
    const uneven = rows.findIndex(({ verdicts }) => verdicts.length !== scenarios.length);
    if (uneven >= 0) {
      problem('does not have a letter for each scenario', ['rows', uneven, 'verdicts']);
    }
  });

/** A line of the history. */
export type RunLine = ValueOf<typeof runLineSchema>;

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

/** The part of a report that the history keeps. */
export function runLineOf(report: Report): RunLine {
  const { id, startedAt, finishedAt, complete, tool, engine, host, matrix, rule } = report.run;
  const { platform, leftOut } = report.run;
  const verdicts = new Map(
    report.cells.map((cell) => [cellKey(cell.environment, cell.scenario), cell.verdict]),
  );
  const seconds = new Map<string, number>();
  for (const cell of report.cells) {
    seconds.set(cell.environment, (seconds.get(cell.environment) ?? 0) + cell.seconds);
  }
  const scenarios = report.scenarios.map(({ id }) => id);
  return {
    schema: 1,
    run: {
      ...{ id, startedAt, finishedAt, complete, tool, engine, host, matrix, rule },
      ...{ platform, leftOut },
    },
    summary: report.summary,
    scenarios,
    rows: report.environments.map(({ image, ...facts }) => ({
      ...facts,
      fingerprint: image?.fingerprint,
      seconds: Math.round((seconds.get(facts.id) ?? 0) * 100) / 100,
      verdicts: scenarios
        .map((scenario) => verdicts.get(cellKey(facts.id, scenario)))
        .map((verdict) => (verdict === undefined ? NO_CELL : letterOf(verdict)))
        .join(''),
    })),
  };
}

/** A line with ids that name each platform but `home`; as it is where that is not known. */
export function lineSeenFrom(line: RunLine, home: Platform | undefined): RunLine {
  const own = homePlatform(line.run);
  if (home === undefined || own === undefined || own === home) return line;
  const rows = line.rows.map((row) => ({ ...row, id: renamedId(row.id, own, home) }));
  return { ...line, run: { ...line.run, platform: home }, rows };
}

/** A row's facts in the form in which they are compared. */
export function toSnapshotRow(row: HistoryRow): SnapshotRow {
  const { fingerprint } = row;
  return { ...row, image: fingerprint === undefined ? undefined : { fingerprint } };
}
