/** The history of each cell, collapsed to the changes of its verdict. Pure. */
import { groupBy } from '../group-by.ts';
import type { Verdict } from '../model.ts';
import { rowFactChanges, runFactChanges, type FactChange } from './diff.ts';
import { orderEnvironments } from '../report/order.ts';
import type { SnapshotRow } from './snapshot.ts';
import { toSnapshotRow, verdictOfLetter, type RunLine } from './run-line.ts';
import { cellKey } from '../report/cell-key.ts';
import { isConclusive } from '../report/summary.ts';

/** A run, as far as a reader of the history must know it. */
type RunStamp = Pick<RunLine['run'], 'id' | 'startedAt'>;

/** Runs that follow each other and in which a cell had the same verdict. */
export interface Stretch {
  readonly verdict: Verdict;
  /** At least 1. Runs without the cell are not among them. */
  readonly runs: number;
  readonly first: RunStamp;
  readonly last: RunStamp;
  /** How it came about; undefined for the first stretch of a cell. */
  readonly change?: Change;
}

/** A change of a cell's verdict. */
interface Change {
  /**
   * - `flipped`: from pass to fail or the reverse, whatever lay between the two.
   * - `lost`: was decided and is not any more.
   * - `returned`: is decided again, as it was before.
   * - `gained`: is decided for the first time.
   * - `other`: decided neither before nor after.
   */
  readonly kind: 'flipped' | 'lost' | 'returned' | 'gained' | 'other';
  /**
   * The run that it is compared with: for a flip the last one with the other verdict, which need not
   * be the one before.
   */
  readonly since: RunStamp;
  /** The other changes of the row between the two; without any, a flip is noise or a discovery. */
  readonly facts: readonly FactChange[];
  /** The other differences between the two runs: host, engine, rule, program, matrix. */
  readonly circumstances: readonly FactChange[];
}

/** A cell over all runs that have it. */
export interface CellHistory {
  readonly environment: string;
  readonly scenario: string;
  /** At least one, no two neighbours with the same verdict. */
  readonly stretches: readonly Stretch[];
}

/** A cell in one run. */
interface Sighting {
  readonly run: RunLine['run'];
  readonly verdict: Verdict;
  readonly facts: SnapshotRow;
}

/**
 * Collapses runs to the changes of each cell.
 *
 * A cell that an interrupted run skipped counts as not being in that run, because it was never
 * reached.
 *
 * @param runs from the oldest to the newest
 * @returns every cell that any run has, in the order of a report's rows by their newest facts
 */
export function cellHistories(runs: readonly RunLine[]): readonly CellHistory[] {
  const newestRows = new Map<string, SnapshotRow>();
  const scenarios = new Set(runs.flatMap((line) => line.scenarios));
  const seen: (Sighting & { readonly place: string })[] = [];
  for (const line of runs) {
    for (const row of line.rows) {
      const facts = toSnapshotRow(row);
      newestRows.set(row.id, facts);
      for (const [index, scenario] of line.scenarios.entries()) {
        const verdict = verdictOfLetter(row.verdicts.charAt(index));
        if (verdict === undefined || (verdict === 'skipped' && !line.run.complete)) continue;
        seen.push({ place: cellKey(row.id, scenario), run: line.run, verdict, facts });
      }
    }
  }
  const sightings = groupBy(seen, ({ place }) => place);
  return orderEnvironments([...newestRows.values()]).flatMap(({ id: environment }) =>
    [...scenarios].flatMap((scenario): CellHistory[] => {
      const own = sightings.get(cellKey(environment, scenario));
      return own ? [{ environment, scenario, stretches: stretchesOf(own) }] : [];
    }),
  );
}

function stretchesOf(sightings: readonly Sighting[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let before: Sighting | undefined;
  let lastDecided: Sighting | undefined;
  for (const sighting of sightings) {
    const current = stretches.at(-1);
    if (current?.verdict === sighting.verdict) {
      stretches[stretches.length - 1] = {
        ...current,
        runs: current.runs + 1,
        last: stampOf(sighting.run),
      };
    } else {
      const stamp = stampOf(sighting.run);
      stretches.push({
        verdict: sighting.verdict,
        runs: 1,
        first: stamp,
        last: stamp,
        ...(before && { change: changeOf(before, lastDecided, sighting) }),
      });
    }
    before = sighting;
    if (isConclusive(sighting.verdict)) lastDecided = sighting;
  }
  return stretches;
}

/** @param lastDecided the last sighting that was a pass or a fail; `before` itself, if it was one */
function changeOf(before: Sighting, lastDecided: Sighting | undefined, after: Sighting): Change {
  const compare = (kind: Change['kind'], old: Sighting): Change => ({
    kind,
    since: stampOf(old.run),
    facts: rowFactChanges(old.facts, after.facts),
    circumstances: runFactChanges(old.run, after.run),
  });
  if (!isConclusive(after.verdict))
    return compare(isConclusive(before.verdict) ? 'lost' : 'other', before);
  if (!lastDecided) return compare('gained', before);
  return compare(lastDecided.verdict === after.verdict ? 'returned' : 'flipped', lastDecided);
}

function stampOf({ id, startedAt }: RunStamp): RunStamp {
  return { id, startedAt };
}

/** The changes of a row's facts between two consecutive runs. */
export interface RowHistory {
  readonly environment: string;
  readonly changes: readonly { readonly run: RunStamp; readonly facts: readonly FactChange[] }[];
}

/**
 * The rows whose facts changed, with each change. Runs in which nothing could be measured of a row are
 * passed over, since there the facts are not known rather than changed.
 *
 * @param runs from the oldest to the newest
 */
export function rowHistories(runs: readonly RunLine[]): readonly RowHistory[] {
  const measured = runs.flatMap(({ run, rows }) =>
    rows.filter(({ libc, python }) => libc && python).map((row) => ({ run: stampOf(run), row })),
  );
  const rows = groupBy(measured, ({ row }) => row.id);
  const newest = [...rows.values()].flatMap((own) => own.at(-1)?.row ?? []);
  return orderEnvironments(newest).flatMap(({ id: environment }): RowHistory[] => {
    const own = rows.get(environment) ?? [];
    const changes = own.slice(1).flatMap(({ run, row }, index) => {
      const old = own[index]?.row ?? row;
      const facts = rowFactChanges(toSnapshotRow(old), toSnapshotRow(row));
      return facts.length === 0 ? [] : [{ run, facts }];
    });
    return changes.length === 0 ? [] : [{ environment, changes }];
  });
}
