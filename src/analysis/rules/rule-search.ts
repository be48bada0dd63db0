/**
 * The search for the simplest rules that separate failing rows from passing ones. docs/method.md
 * has the order of simplicity. Pure.
 *
 * A rule is a disjunction of at most {@link MOST_TERMS} terms; a term is a conjunction of conditions, each
 * about another fact. The search is exact, by four observations:
 *
 * - A term that has to match certain failing rows is best made of the *hulls* of these rows: for each fact
 *   the narrowest condition that they all meet. A wider one matches more passing rows and nothing needed.
 * - So the last term of a rule follows from those before it, and is the one with most facts; only terms of
 *   one or two facts are ever enumerated.
 * - A term can be replaced by a larger one about the same facts as long as it matches no passing row, so
 *   only the largest are enumerated.
 * - Failing rows that no single term matches without a passing one cannot share a term with any others
 *   added. A few such rows are kept from each attempt that fails, and rule out most of the others.
 */
import {
  addBit,
  both,
  hasBit,
  hasNoBits,
  isWithin,
  membersOf,
  minus,
  noBits,
  shareBit,
} from './bits.ts';
import type { Bits } from './bits.ts';
import { FACTS, type Fact } from './facts.ts';
import { FactIndex } from './fact-index.ts';
import { PointTable, type Column, type RankRange } from './point-table.ts';
import { compareCosts, compareRules, compareTerms, levelsOf, matches } from './rule.ts';
import type { Point, Rule, Term } from './rule.ts';

const MOST_TERMS = 3;
/** Of one term, and of all terms of a rule together. */
const MOST_FACTS_OF_TERM = 3;
const MOST_FACTS = 6;
/** Failing rows that the lower bound of the number of terms is made from. */
const MOST_LOOKED_AT = 64;
/** Versions of a family, beyond which two facts are combined by its coarser versions alone. */
const MOST_COMBINED = 40;
/** A sentence does not list more explanations than this. */
const MOST_RULES = 12;

/** The limits of a search. */
export interface SearchOptions {
  /** Of a report that has these rows; made of the points where it is missing. */
  readonly index?: FactIndex | undefined;
  /** The facts that rules may use, in the order of {@link FACTS}; all if absent. */
  readonly facts?: readonly Fact[] | undefined;
  /** From 1 to {@link MOST_TERMS}, which is the default. */
  readonly mostTerms?: number | undefined;
}

/**
 * All rules that are as simple as the simplest one that separates the rows.
 *
 * @param points at least one that fails and one that passes
 * @returns none if no rule within the limits does; at most {@link MOST_RULES}, each about other facts
 */
export function simplestRules(
  points: readonly Point[],
  {
    index = new FactIndex(points.map(({ facts }) => facts)),
    facts = FACTS,
    mostTerms = MOST_TERMS,
  }: SearchOptions = {},
): readonly Rule[] {
  const key = searchKey(points, index, facts, mostTerms);
  const known = index.rules.get(key);
  if (known) return known;
  const table = new PointTable(points, index, facts);
  const rules = table.isContradictory ? [] : new RuleSearch(table).simplest(mostTerms);
  index.rules.set(key, rules);
  return rules;
}

/** The same text for the same verdicts in the same rows. */
function searchKey(
  points: readonly Point[],
  index: FactIndex,
  facts: readonly Fact[],
  mostTerms: number,
): string {
  const verdicts = points.map((point) => {
    const row = index.rowOf(point.facts);
    return String.fromCharCode(row >> 15, ((row & 0x7fff) << 1) | Number(point.fails));
  });
  return `${mostTerms} ${facts.join()} ${verdicts.join('')}`;
}

/**
 * The rule of one or two terms, of one fact each, with the fewest exceptions; of equals the simpler
 * one.
 *
 * @param points at least one that fails and one that passes
 */
export function closestRule(
  points: readonly Point[],
  { index = new FactIndex(points.map(({ facts }) => facts)) }: Pick<SearchOptions, 'index'> = {},
): {
  readonly closest: Rule;
  readonly exceptions: readonly Point[];
} {
  const table = new PointTable(points, index, FACTS);
  const ranges = rangesByBalance(table);
  let fewest = points.filter(({ fails }) => fails).length;
  let first: RankRange | undefined;
  for (const range of ranges) {
    const wrong = wrongOf(table, [range]);
    if (wrong < fewest) [fewest, first] = [wrong, range];
  }
  let second: RankRange | undefined;
  // A second term has to be worth naming: an exception is simpler than a term for one row.
  for (const range of first ? ranges : []) {
    const wrong = wrongOf(table, [first ?? range, range]);
    if (wrong + 1 < fewest) [fewest, second] = [wrong, range];
  }
  const chosen = [first, second].filter((range) => range !== undefined);
  const closest = chosen.map((range) => table.term([range]));
  const exceptions = points.filter(({ facts, fails }) => matches(closest, facts) !== fails);
  return { closest, exceptions };
}

/** How many rows contradict the claim that rows in any of these ranges fail. */
function wrongOf({ fails, passes }: PointTable, ranges: readonly RankRange[]): number {
  return fails.reduce(
    (sum, failing, point) =>
      sum + (ranges.some((range) => isIn(range, point)) ? (passes[point] ?? 0) : failing),
    0,
  );
}

function isIn({ column, first, last }: RankRange, point: number): boolean {
  const rank = column.ranks[point] ?? -1;
  return rank >= first && rank <= last;
}

/** Of each column the range with most failing rows more than passing ones. */
function rangesByBalance({ columns, fails, passes }: PointTable): readonly RankRange[] {
  return columns.flatMap((own) => {
    // A fact that is unknown for some rows can be neither their exception nor their rule.
    if (!fails.every((_, point) => own.some(({ ranks }) => (ranks[point] ?? -1) >= 0))) return [];
    return own.flatMap((column) => {
      const balance = new Int32Array(column.size);
      for (const [point, rank] of column.ranks.entries()) {
        if (rank < 0) continue;
        balance[rank] = (balance[rank] ?? 0) + (fails[point] ?? 0) - (passes[point] ?? 0);
      }
      const best = largestSum(balance, column.about.isOrdered);
      return best && column.isCondition(best.first, best.last) ? [{ column, ...best }] : [];
    });
  });
}

/** The range of numbers with the largest sum, by Kadane's algorithm; single numbers where not ordered. */
function largestSum(
  numbers: Int32Array,
  ordered: boolean,
): { first: number; last: number } | undefined {
  let best: { first: number; last: number; sum: number } | undefined;
  let [first, sum] = [0, 0];
  for (const [last, number] of numbers.entries()) {
    if (sum <= 0 || !ordered) [first, sum] = [last, 0];
    sum += number;
    if (sum > (best?.sum ?? 0)) best = { first, last, sum };
  }
  return best;
}

/** The ways to write a number as so many sizes of terms, each in ascending order. */
function partitions(sum: number, count: number, least = 1): number[][] {
  if (count === 1) return sum >= least && sum <= MOST_FACTS_OF_TERM ? [[sum]] : [];
  const ways: number[][] = [];
  for (let first = least; first * count <= sum; first += 1) {
    for (const rest of partitions(sum - first, count - 1, first)) ways.push([first, ...rest]);
  }
  return ways;
}

/**
 * Of equally many terms and facts, the rules in the order of their costs. None is left out for these:
 * where two facts go together, both are explanations.
 */
function best(rules: readonly Rule[]): readonly Rule[] {
  // A Python that was built against musl runs only on musl, so no row could ever separate the two.
  const telling = rules.filter((rule) => !rule.flat().some(isFamilyBuiltAgainst));
  return [...(telling.length > 0 ? telling : rules)]
    .sort((a, b) => compareCosts(a, b) || compareRules(a, b))
    .slice(0, MOST_RULES);
}

function isFamilyBuiltAgainst({ fact, level }: Term[number]): boolean {
  return fact === 'built-against' && level === undefined;
}

/** A term with the failing points that it covers. */
interface CandidateTerm {
  readonly ranges: readonly RankRange[];
  readonly covers: Bits;
}

/** The search among the points of one scenario. */
class RuleSearch {
  readonly #table: PointTable;
  readonly #all: Bits;
  /** Failing points of which no two can share a term. */
  readonly #apart: number[] = [];
  /** Those that separate any rows. */
  readonly #columns: readonly (readonly Column[])[];
  /** By size, the places of failing points that no term of so many facts covers together. */
  readonly #impossible = new Map<number, (readonly number[])[]>();
  readonly #largest = new Map<number, readonly CandidateTerm[]>();

  constructor(table: PointTable) {
    this.#table = table;
    const passing = table.passing.length;
    this.#columns = table.columns.map((own) =>
      own.filter((column) => column.size > 1 || column.passing.count(0, 0) < passing),
    );
    this.#all = noBits(table.failing.length);
    for (const place of table.failing.keys()) addBit(this.#all, place);
  }

  simplest(mostTerms: number): readonly Rule[] {
    for (let terms = this.#fewestTerms(mostTerms + 1); terms <= mostTerms; terms += 1) {
      for (
        let facts = terms;
        facts <= Math.min(MOST_FACTS, terms * MOST_FACTS_OF_TERM);
        facts += 1
      ) {
        const found = new Map<string, Rule>();
        for (const sizes of partitions(facts, terms)) this.#cover(this.#all, sizes, [], 0, found);
        if (found.size > 0) return best([...found.values()]);
      }
    }
    return [];
  }

  /**
   * Adds every rule that covers `needed` with terms of these sizes to `found`, by its facts.
   *
   * @param start the first candidate to try: of terms of one size, the order does not matter
   */
  #cover(
    needed: Bits,
    sizes: readonly number[],
    before: readonly CandidateTerm[],
    start: number,
    found: Map<string, Rule>,
  ): void {
    const [size = 0, ...rest] = sizes;
    const [next = 0] = rest;
    if (rest.length === 0) {
      for (const ranges of this.#termsAround(needed, size)) {
        const rule = [
          ...before.map((one) => this.#table.term(one.ranges)),
          this.#table.term(ranges),
        ];
        rule.sort(compareTerms);
        // Rules about the same facts are one explanation, of which the simplest wording is kept.
        const key = rule.map((one) => one.map(({ fact }) => fact).join('&')).join('|');
        const known = found.get(key);
        if (!known || compareCosts(rule, known) < 0) found.set(key, rule);
      }
      return;
    }
    const impossible = this.#impossibleOf(next);
    const relevant =
      rest.length > 1 ? [] : impossible.filter((places) => areWithin(places, needed));
    const candidates = this.#largestOf(size);
    for (let place = start; place < candidates.length; place += 1) {
      const candidate = candidates[place];
      if (!candidate) break;
      const { covers } = candidate;
      if (leavesAny(relevant, covers)) continue;
      const left = minus(needed, covers);
      if (this.#needsMoreThan(rest.length, left)) continue;
      // A term that adds nothing makes no simpler rule, and one that leaves nothing would have been found.
      if (hasNoBits(left) || isWithin(needed, left)) continue;
      const known = impossible.length;
      this.#cover(left, rest, [...before, candidate], next === size ? place + 1 : 0, found);
      if (rest.length === 1) relevant.push(...impossible.slice(known));
    }
  }

  #impossibleOf(size: number): (readonly number[])[] {
    const known = this.#impossible.get(size) ?? [];
    this.#impossible.set(size, known);
    return known;
  }

  /**
   * A lower bound of the number of terms: so many failing rows have been found of which no two can share a
   * term, since even the hull of all facts of two of them matches a passing row.
   *
   * @param enough where it stops looking
   */
  #fewestTerms(enough: number): number {
    const apart = this.#apart;
    for (const place of this.#table.failing.subarray(0, MOST_LOOKED_AT).keys()) {
      if (apart.every((other) => !this.#canShare([other, place]))) apart.push(place);
      if (apart.length === enough) break;
    }
    return Math.max(1, apart.length);
  }

  /** Whether failing points certainly need more terms than that, by those of {@link #fewestTerms}. */
  #needsMoreThan(terms: number, left: Bits): boolean {
    let count = 0;
    for (const place of this.#apart) if (hasBit(left, place)) count += 1;
    return count > terms;
  }

  /** Whether no passing point is in the hulls of all facts of some failing ones. */
  #canShare(places: readonly number[]): boolean {
    const hulls = this.#columns.flatMap((own) => hullsOf(own, places));
    for (const { column, first, last } of hulls) {
      if (column.passing.count(first, last) === 0) return true;
    }
    return !shareBit(hulls.map(passingIn));
  }

  /** Of each fact that has any, the hulls of some failing points, coarsest first. */
  #hulls(places: readonly number[]): readonly (readonly RankRange[])[] {
    const passing = this.#table.passing.length;
    const hulls: (readonly RankRange[])[] = [];
    for (const columns of this.#columns) {
      // A condition that every row meets distinguishes nothing.
      const own = hullsOf(columns, places).filter((hull) => passingCount(hull) < passing);
      if (own.length > 0) hulls.push(own);
    }
    return hulls;
  }

  /** All terms of exactly so many facts that match all of `needed` and no passing row, coarsest first. */
  #termsAround(needed: Bits, size: number): readonly (readonly RankRange[])[] {
    const impossible = this.#impossibleOf(size);
    if (impossible.some((set) => areWithin(set, needed))) return [];
    const places = membersOf(needed);
    const hulls = this.#hulls(places);
    const terms = choices(hulls, size);
    if (terms.length === 0) impossible.push(this.#core(places, size));
    return terms.filter((term) => !isRedundant(term));
  }

  /** As few as possible of some failing points that no term of so many facts covers, by the same hulls. */
  #core(places: readonly number[], size: number): readonly number[] {
    let core = extremes(places, this.#columns.flat());
    for (const place of core) {
      const others = core.filter((other) => other !== place);
      if (others.length > 0 && choices(this.#hulls(others), size, true).length === 0) core = others;
    }
    return core;
  }

  #largestOf(size: number): readonly CandidateTerm[] {
    const known = this.#largest.get(size);
    if (known) return known;
    const made = this.#largestAmong(size === 1 ? this.#termsOfOne() : this.#termsOfTwo());
    this.#largest.set(size, made);
    return made;
  }

  /** The longest terms of one fact that match no passing row. */
  #termsOfOne(): CandidateTerm[] {
    return this.#columns.flat().flatMap((column) => {
      const isFailing = (rank: number) => column.failing.count(rank, rank) > 0;
      const isPassing = (rank: number) => column.passing.count(rank, rank) > 0;
      return runs(column, isFailing, isPassing).map((range) => ({
        ranges: [range],
        covers: column.failing.within(range.first, range.last),
      }));
    });
  }

  /** The longest terms of two facts that match no passing row, of which no part alone does so. */
  #termsOfTwo(): CandidateTerm[] {
    const columns = this.#columns.map((own) => own.filter(({ size }) => size <= MOST_COMBINED));
    return subsets(columns.length, 2).flatMap(([one = 0, other = 0]) =>
      (columns[one] ?? []).flatMap((column) => rectangles(column, columns[other] ?? [])),
    );
  }

  /**
   * Those of which no other one about the same facts covers more; of equals the first. A coarser one stays
   * beside a finer one that covers more, since the rest of a rule may make it suffice.
   */
  #largestAmong(candidates: readonly CandidateTerm[]): readonly CandidateTerm[] {
    const groups = new Map<string, (CandidateTerm & { readonly level: number })[]>();
    for (const candidate of candidates) {
      const key = candidate.ranges.map(({ column }) => column.about.subject).join('&');
      const own = groups.get(key) ?? [];
      if (own.some(({ covers }) => isWithin(candidate.covers, covers))) continue;
      const level = this.#levelOf(candidate);
      groups.set(key, [
        ...own.filter((one) => one.level < level || !isWithin(one.covers, candidate.covers)),
        { ...candidate, level },
      ]);
    }
    return [...groups.values()].flat();
  }

  #levelOf({ ranges }: CandidateTerm): number {
    // A finer condition without a packager may turn out to be about the whole family.
    const mayBeWhole = ({ column }: RankRange) =>
      (column.about.level ?? 0) > 0 && column.about.packager === undefined;
    if (ranges.some(mayBeWhole)) return levelsOf(this.#table.term(ranges));
    return ranges.reduce((sum, { column }) => sum + (column.about.level ?? 0), 0);
  }
}

/** The largest terms of a range of one column and one of the other columns that match no passing row. */
function rectangles(one: Column, others: readonly Column[]): CandidateTerm[] {
  const candidates: CandidateTerm[] = [];
  const pairs = others.map((other) => ({
    other,
    /** By last rank, the runs of the range that began at the rank before. */
    before: [] as (readonly RankRange[])[],
  }));
  for (let first = 0; first < one.size; first += 1) {
    if (one.failing.count(first, first) === 0) continue;
    const end = one.about.isOrdered ? one.size : first + 1;
    for (let last = first; last < end; last += 1) {
      if (one.failing.count(last, last) === 0 || !one.isCondition(first, last)) continue;
      if (one.passing.count(first, last) === 0) continue;
      const [failing, passing] = [one.failing.within(first, last), one.passing.within(first, last)];
      for (const { other, before } of pairs) {
        // A range without passing points needs no range of another column.
        const found = runs(
          other,
          (rank) => shareBit([failing, other.failing.within(rank, rank)]),
          (rank) => shareBit([passing, other.passing.within(rank, rank)]),
        ).filter((range) => passingCount(range) > 0);
        const longer = before[last] ?? [];
        before[last] = found;
        for (const run of found) {
          if (longer.some((known) => known.first <= run.first && known.last >= run.last)) continue;
          const covers = both(failing, other.failing.within(run.first, run.last));
          candidates.push({ ranges: [{ column: one, first, last }, run], covers });
        }
      }
    }
  }
  return candidates;
}

/** Whether a set holds all of these numbers. */
function areWithin(numbers: readonly number[], bits: Bits): boolean {
  for (const number of numbers) if (!hasBit(bits, number)) return false;
  return true;
}

/** Whether a set holds none of the numbers of one of the lists. */
function leavesAny(lists: readonly (readonly number[])[], bits: Bits): boolean {
  return lists.some((numbers) => {
    for (const number of numbers) if (hasBit(bits, number)) return false;
    return true;
  });
}

function hullsOf(columns: readonly Column[], places: readonly number[]): RankRange[] {
  const hulls: RankRange[] = [];
  for (const column of columns) {
    const hull = column.hull(places);
    if (hull) hulls.push(hull);
  }
  return hulls;
}

function passingCount({ column, first, last }: RankRange): number {
  return column.passing.count(first, last);
}

function passingIn({ column, first, last }: RankRange): Bits {
  return column.passing.within(first, last);
}

/** Some of the points, of which the hulls in all columns are those of all of them. */
function extremes(places: readonly number[], columns: readonly Column[]): readonly number[] {
  const chosen = new Set<number>();
  for (const column of columns) {
    const { ranks } = column.failing;
    let [lowest = 0, highest = 0] = [places[0], places[0]];
    for (const place of places) {
      const rank = ranks[place] ?? -1;
      if (rank < (ranks[lowest] ?? -1)) lowest = place;
      if (rank > (ranks[highest] ?? -1)) highest = place;
    }
    chosen.add(lowest).add(highest);
  }
  return [...chosen];
}

/**
 * For each choice of so many facts the coarsest hulls, fact by fact, that together hold no passing point.
 *
 * @param isOneEnough whether to stop at the first
 */
function choices(
  hulls: readonly (readonly RankRange[])[],
  size: number,
  isOneEnough = false,
): readonly (readonly RankRange[])[] {
  const chosen: (readonly RankRange[])[] = [];
  // Rows in the hulls of every level are in any chosen hull.
  const cores = hulls.map((own) => own.map(passingIn).reduce(both));
  for (const facts of subsets(hulls.length, size)) {
    if (shareBit(facts.map((fact) => cores[fact] ?? new Uint32Array()))) continue;
    const choice = chooseHulls(
      facts.map((fact) => hulls[fact] ?? []),
      [],
    );
    if (!choice) continue;
    chosen.push(choice);
    if (isOneEnough) break;
  }
  return chosen;
}

/** One hull for each fact that together hold no passing point; the earliest that do. */
function chooseHulls(
  [own, ...others]: readonly (readonly RankRange[])[],
  before: readonly RankRange[],
): readonly RankRange[] | undefined {
  if (!own) return shareBit(before.map(passingIn)) ? undefined : before;
  for (const range of own) {
    const chosen = chooseHulls(others, [...before, range]);
    if (chosen) return chosen;
  }
  return undefined;
}

/** Whether some of the ranges hold no passing point without the others. */
function isRedundant(term: readonly RankRange[]): boolean {
  if (term.length === 1) return false;
  return term.some(
    (_, left) => !shareBit(term.filter((__, index) => index !== left).map(passingIn)),
  );
}

/** The longest ranges that hold a failing point and no passing one, by whether each rank has such points. */
function runs(
  column: Column,
  isFailing: (rank: number) => boolean,
  isPassing: (rank: number) => boolean,
): RankRange[] {
  const found: RankRange[] = [];
  let first = -1;
  let last = -1;
  for (let rank = 0; rank <= column.size; rank += 1) {
    const ends = rank === column.size || isPassing(rank);
    if (first >= 0 && (ends || !column.about.isOrdered)) {
      if (column.isCondition(first, last)) found.push({ column, first, last });
      first = -1;
    }
    if (ends || !isFailing(rank)) continue;
    if (first < 0) first = rank;
    last = rank;
  }
  return found;
}

const knownSubsets = new Map<number, readonly (readonly number[])[]>();

/** All sets of so many numbers below `count`, which is less than a hundred. */
function subsets(count: number, size: number): readonly (readonly number[])[] {
  const key = size * 100 + count;
  const known = knownSubsets.get(key);
  if (known) return known;
  const found = [...subsetsFrom(0, count, size)];
  knownSubsets.set(key, found);
  return found;
}

function* subsetsFrom(start: number, count: number, size: number): Generator<number[]> {
  if (size === 0) yield [];
  else {
    for (let number = start; number <= count - size; number += 1) {
      for (const rest of subsetsFrom(number + 1, count, size - 1)) yield [number, ...rest];
    }
  }
}
