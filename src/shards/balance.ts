import { compareText } from '../text/version-order.ts';

/** A row and its known facts before the run. */
export interface WeighedRow {
  readonly id: string;
  /** Its expected time, 0 or more; only the ratios count. */
  readonly seconds: number;
  /**
   * Whether one of its cells is expected to fail. A shard without such a row cannot show that its host
   * sees the race at all, so that its passes would count for nothing.
   */
  readonly shows: boolean;
}

/**
 * Divides rows among shards: each row once, the longest ones first and each to the shard that has least
 * so far (Graham's longest processing time rule), so that no shard takes longer than the mean and its
 * longest row together. Before that each shard gets one row that is expected to fail, as long as there
 * are any. The same rows in another order give the same shards.
 *
 * @param count of shards, 1 or more; there may be fewer rows
 * @returns the rows by shard, each in the order of `rows`
 */
export function divideRows(rows: readonly WeighedRow[], count: number): readonly WeighedRow[][] {
  const longestFirst = rows.toSorted((a, b) => b.seconds - a.seconds || compareText(a.id, b.id));
  const seeds = longestFirst.filter(({ shows }) => shows).slice(0, count);
  const shards = Array.from({ length: count }, (_, index) => {
    const seed = seeds[index];
    return { seconds: seed?.seconds ?? 0, rows: new Set(seed && [seed]) };
  });
  for (const row of longestFirst.filter((one) => !seeds.includes(one))) {
    // If no row is expected to take any time, the numbers of rows are balanced instead.
    const [least] = shards.toSorted((a, b) => a.seconds - b.seconds || a.rows.size - b.rows.size);
    if (!least) break;
    least.rows.add(row);
    least.seconds += row.seconds;
  }
  return shards.map((shard) => rows.filter((row) => shard.rows.has(row)));
}
