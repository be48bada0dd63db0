/** Where a verdict flips between rows that follow each other in a table, and along which axis. Pure. */
import type { PlaceVerdict } from '../report/cell-text.ts';
import { isConclusive } from '../report/summary.ts';
import type { Axis, Place } from './axes.ts';

/** A row of a table as far as its edges go. */
export interface EdgeRow {
  /** Undefined where the C library or Python is not known. */
  readonly place: Place | undefined;
  /** In the order of the columns; undefined for a missing cell. */
  readonly verdicts: readonly (PlaceVerdict | undefined)[];
}

/** The upper edge of a cell: the axis along which its verdict flips there, if it does. */
export type Edge = Axis | undefined;

/**
 * The upper edge of each cell, `edges[y][x]`.
 *
 * A flip counts for the first axis only if it is there among rows of the same kind: with CPython and
 * PyPy in turn, the edge between 2.36's PyPy and 2.41's CPython is one of Python, unless CPython itself
 * flipped between 2.36 and 2.41.
 *
 * @param rows in the order in which they are shown
 * @param first the axis by which they are ordered
 */
export function edgesOf(rows: readonly EdgeRow[], first: Axis): readonly (readonly Edge[])[] {
  const second = first === 'libc' ? 'python' : 'libc';
  const lastOfKind = new Map<string, (PlaceVerdict | undefined)[]>();
  return rows.map(({ place, verdicts }, y) => {
    const above = rows[y - 1];
    const [own, upper] = [place?.[first], above?.place?.[first]];
    const sameLine = above !== undefined && upper?.line === own?.line;
    const sameVersion = sameLine && upper?.version === own?.version;
    const kind = `${own?.line ?? ''}\n${place?.[second].line ?? ''}`;
    const last = lastOfKind.get(kind) ?? [];
    lastOfKind.set(kind, last);
    return verdicts.map((verdict, x) => {
      if (!isConclusive(verdict)) return undefined;
      const flipsInKind = last[x] !== undefined && last[x] !== verdict;
      last[x] = verdict;
      const before = sameLine ? above.verdicts[x] : undefined;
      if (!isConclusive(before) || before === verdict) return undefined;
      return !sameVersion && flipsInKind ? first : second;
    });
  });
}
