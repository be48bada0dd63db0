/** The rows of one scenario by their facts, as the search for rules sees them. Pure. */
import { addBit, noBits, shareBit, type Bits } from './bits.ts';
import type { Fact } from './facts.ts';
import type { ColumnSubject, FactColumn, FactIndex } from './fact-index.ts';
import type { Condition, Point, Term } from './rule.ts';

/** The ranks of a column from one to another. */
export interface RankRange {
  readonly column: Column;
  readonly first: number;
  readonly last: number;
}

/** The points by their facts, those with the same facts as one. */
export class PointTable {
  /** Whether rows with the very same facts both fail and pass, so that no rule can separate them. */
  readonly isContradictory: boolean;
  /** By point, how many rows fail and pass. */
  readonly fails: Int32Array;
  readonly passes: Int32Array;
  /** Numbers of the points that fail and of the others; sets of points are sets of places in these. */
  readonly failing: Int32Array;
  readonly passing: Int32Array;
  /** Of each fact, the columns from coarse to fine: of each family, and over all of them. */
  readonly columns: readonly (readonly Column[])[];

  constructor(points: readonly Point[], index: FactIndex, facts: readonly Fact[]) {
    const classes = index.classesBy(facts);
    const numbers = new Map<number, number>();
    const rows: number[] = [];
    const fails: number[] = [];
    const passes: number[] = [];
    for (const point of points) {
      const row = index.rowOf(point.facts);
      const own = classes[row] ?? 0;
      let number = numbers.get(own);
      if (number === undefined) {
        number = rows.length;
        numbers.set(own, number);
        rows.push(row);
        fails.push(0);
        passes.push(0);
      }
      const counts = point.fails ? fails : passes;
      counts[number] = (counts[number] ?? 0) + 1;
    }
    this.fails = Int32Array.from(fails);
    this.passes = Int32Array.from(passes);
    this.failing = Int32Array.from(rows.keys()).filter((number) => fails[number] !== 0);
    this.passing = Int32Array.from(rows.keys()).filter((number) => passes[number] !== 0);
    this.isContradictory = this.failing.length + this.passing.length > rows.length;
    const places = Int32Array.from(rows);
    this.columns = facts.map((fact) => this.#columnsOf(index.columns.get(fact) ?? [], places));
  }

  #columnsOf(known: readonly FactColumn[], rows: Int32Array): readonly Column[] {
    const columns = known
      .map((source) => new Column(source, rows, this.failing, this.passing))
      .filter(({ size }) => size > 0);
    const families = new Set(columns.flatMap(({ about }) => about.family ?? []));
    return (
      columns
        // One package of a distribution is that distribution, which is a fact by itself.
        .filter(({ about, size }) => about.packager === undefined || size > 1)
        .filter(({ about }) => about.family !== undefined || families.size > 1)
        .sort((a, b) => a.order - b.order || (a.about.level ?? -1) - (b.about.level ?? -1))
    );
  }

  /** Ranges of different facts as a term, each open on a side on which the points that meet the others end. */
  term(ranges: readonly RankRange[]): Term {
    // One after the other, because two ranges that are extended at once could let a row in
    // together.
    const opened = [...ranges];
    return ranges.map((range, place) => {
      const others = opened.filter((_, other) => other !== place);
      const condition = this.#condition(range, others);
      opened[place] = {
        column: range.column,
        first: condition.from === undefined ? 0 : range.first,
        last: condition.to === undefined ? range.column.size - 1 : range.last,
      };
      return condition;
    });
  }

  #condition(range: RankRange, others: readonly RankRange[]): Condition {
    const { column, first, last } = range;
    const { fact, family, level, packager } = column.about;
    const isBeyond = (low: number, high: number) =>
      low <= high &&
      (others.length === 0 || haveCommon([{ column, first: low, last: high }, ...others]));
    const from = isBeyond(0, first - 1) ? column.values[first] : undefined;
    const to = isBeyond(last + 1, column.size - 1) ? column.values[last] : undefined;
    const isWhole = packager === undefined && from === undefined && to === undefined;
    if (level === undefined || (family !== undefined && isWhole)) {
      return { fact, family, level: undefined, from: undefined, to: undefined };
    }
    const only = first === last ? column.values[first] : undefined;
    return { fact, family, level, packager, from, to, only };
  }
}

/** Whether a point is in all of these ranges. */
function haveCommon(ranges: readonly RankRange[]): boolean {
  return (
    shareBit(ranges.map(({ column, first, last }) => column.failing.within(first, last))) ||
    shareBit(ranges.map(({ column, first, last }) => column.passing.within(first, last)))
  );
}

/** One fact at one level: the versions that the points have, and where each point is among them. */
export class Column {
  readonly about: ColumnSubject;
  /** The place among columns of its fact: the first point that it is about, and the whole last. */
  readonly order: number;
  /** The number of versions; each has a point. */
  readonly size: number;
  /** By point; -1 if the point is of another family or has no such fact. */
  readonly ranks: Int32Array;
  /** By rank. */
  readonly values: readonly (string | undefined)[];
  readonly failing: Side;
  /** Points for which it is unknown are in every range: an unmeasured fact excludes nothing. */
  readonly passing: Side;

  constructor(source: FactColumn, rows: Int32Array, failing: Int32Array, passing: Int32Array) {
    this.about = source;
    const sourceRanks = rows.map((row) => source.ranks[row] ?? -1);
    /** By rank in the source, the rank here; -1 for versions that no point has. */
    const own = new Int32Array(source.values.length).fill(-1);
    for (const rank of sourceRanks) if (rank >= 0) own[rank] = 0;
    const used = [...own.keys()].filter((rank) => own[rank] === 0);
    for (const [rank, sourceRank] of used.entries()) own[sourceRank] = rank;
    this.size = used.length;
    this.values = used.map((rank) => source.values[rank]);
    this.ranks = sourceRanks.map((rank) => own[rank] ?? -1);
    const isWhole = source.family === undefined;
    this.order = isWhole ? rows.length : sourceRanks.findIndex((rank) => rank >= 0);
    const isUnknown = (point: number) => source.unknown[rows[point] ?? 0] === 1;
    this.failing = new Side(failing, this.ranks, this.size, () => false);
    this.passing = new Side(passing, this.ranks, this.size, isUnknown);
  }

  /**
   * The narrowest range that holds these failing points.
   *
   * @param places of them among failing points
   * @returns undefined if no condition about this column is true of all of them
   */
  hull(places: readonly number[]): RankRange | undefined {
    const { ranks } = this.failing;
    let first = this.size;
    let last = -1;
    for (const place of places) {
      const rank = ranks[place] ?? -1;
      if (rank < 0) return undefined;
      if (rank < first) first = rank;
      if (rank > last) last = rank;
    }
    return this.isCondition(first, last) ? { column: this, first, last } : undefined;
  }

  /**
   * Whether a range makes a condition. All packages of one distribution do not: that is a condition about
   * the distribution, which is another fact.
   */
  isCondition(first: number, last: number): boolean {
    if (first !== last && !this.about.isOrdered) return false;
    return this.about.packager === undefined || first > 0 || last < this.size - 1;
  }
}

/** The failing or the passing points in a column. */
export class Side {
  /** By place; -1 for none. */
  readonly ranks: Int32Array;
  /** Places of points that are in every range, in ascending order. */
  readonly everywhere: readonly number[];
  /** By rank, the number of points with a lower one. */
  readonly #before: Int32Array;
  readonly #size: number;
  #byRank: Int32Array | undefined;
  readonly #known = new Map<number, Bits>();

  constructor(
    points: Int32Array,
    ranks: Int32Array,
    size: number,
    isEverywhere: (point: number) => boolean,
  ) {
    this.#size = size;
    this.ranks = new Int32Array(points.length);
    this.#before = new Int32Array(size + 1);
    const everywhere: number[] = [];
    for (let place = 0; place < points.length; place += 1) {
      const point = points[place] ?? 0;
      const rank = ranks[point] ?? -1;
      this.ranks[place] = rank;
      if (rank >= 0) this.#before[rank + 1] = (this.#before[rank + 1] ?? 0) + 1;
      else if (isEverywhere(point)) everywhere.push(place);
    }
    this.everywhere = everywhere;
    for (let rank = 1; rank <= size; rank += 1) {
      this.#before[rank] = (this.#before[rank] ?? 0) + (this.#before[rank - 1] ?? 0);
    }
  }

  /** The number of points in a range. */
  count(first: number, last: number): number {
    const ranked = (this.#before[last + 1] ?? 0) - (this.#before[first] ?? 0);
    return ranked + this.everywhere.length;
  }

  /** The places of the points in a range. */
  within(first: number, last: number): Bits {
    const key = first * this.#size + last;
    const known = this.#known.get(key);
    if (known) return known;
    this.#byRank ??= this.#sorted();
    const bits = noBits(this.ranks.length);
    const end = this.#before[last + 1] ?? 0;
    for (let at = this.#before[first] ?? 0; at < end; at += 1) addBit(bits, this.#byRank[at] ?? 0);
    for (const place of this.everywhere) addBit(bits, place);
    this.#known.set(key, bits);
    return bits;
  }

  #sorted(): Int32Array {
    const next = this.#before.slice();
    const sorted = new Int32Array(this.#before[this.#size] ?? 0);
    for (let place = 0; place < this.ranks.length; place += 1) {
      const rank = this.ranks[place] ?? -1;
      if (rank < 0) continue;
      const at = next[rank] ?? 0;
      sorted[at] = place;
      next[rank] = at + 1;
    }
    return sorted;
  }
}
