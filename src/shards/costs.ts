/** The time of each row when it was last measured. Pure. */
import type { RunLine } from '../comparison/run-line.ts';
import type { Report } from '../report/schema.ts';

/** Seconds of trials by the row's id. */
export type Costs = ReadonlyMap<string, number>;

/** The seconds of each row of a report; a row that was not measured, and so took none, is left out. */
export function costsOfReport({ cells }: Pick<Report, 'cells'>): Costs {
  const costs = new Map<string, number>();
  for (const { environment, seconds } of cells) {
    costs.set(environment, (costs.get(environment) ?? 0) + seconds);
  }
  return new Map([...costs].filter(([, seconds]) => seconds > 0));
}

/** The same of a history: of each row what it took the last time. */
export function costsOfHistory(runs: readonly RunLine[]): Costs {
  return new Map(
    runs.flatMap(({ rows }) =>
      rows.flatMap(({ id, seconds }): [string, number][] =>
        seconds === undefined || seconds === 0 ? [] : [[id, seconds]],
      ),
    ),
  );
}

/**
 * The expected time of each of these rows, from the first source that has it. A row without one
 * gets the median of the known rows, or 1 if none is known.
 */
export function expectedSeconds(
  ids: readonly string[],
  sources: readonly Costs[],
): ReadonlyMap<string, number> {
  const known = ids.map((id) => sources.map((costs) => costs.get(id)).find((one) => one));
  const sorted = known.filter((seconds) => seconds !== undefined).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 1;
  const median =
    sorted.length % 2 === 0 ? ((sorted[sorted.length / 2 - 1] ?? middle) + middle) / 2 : middle;
  return new Map(ids.map((id, index) => [id, known[index] ?? median]));
}
