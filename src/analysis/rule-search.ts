/**
 * The search for the simplest rules that tell failing rows from passing ones. docs/method.md has the order
 * of simplicity. Pure.
 *
 * A rule is a disjunction of at most {@link MOST_TERMS} terms; a term is a conjunction of conditions, each
 * about another fact. The search is exact, by three observations:
 *
 * - A term that has to match certain failing rows is best made of the *hulls* of these rows: for each fact
 *   the narrowest condition that they all meet. A wider one matches more passing rows and nothing needed.
 * - So the last term of a rule follows from those before it, and is the one with most facts; only terms of
 *   one or two facts are ever enumerated.
 * - A term can be replaced by a larger one about the same facts as long as it matches no passing row, so
 *   only the largest are enumerated.
 */
import { COMPARISONS, FACTS, type Fact, type FactValue, type RowFacts } from './facts.ts';

const MOST_TERMS = 3;
/** Of one term, and of all terms of a rule together. */
const MOST_FACTS_OF_TERM = 3;
const MOST_FACTS = 5;
/** Failing rows that the lower bound of the number of terms is made from. */
const MOST_LOOKED_AT = 64;
/** More explanations than this are not told apart in a sentence. */
const MOST_RULES = 12;

/** A row with a verdict of pass or fail. */
export interface Point {
  readonly id: string;
  readonly facts: RowFacts;
  readonly fails: boolean;
}

/** What a term asks of one fact. */
export interface Condition {
  readonly fact: Fact;
  /** Undefined for a range of versions over all families, such as any Python up to 3.11. */
  readonly family: string | undefined;
  /** The level that the range is about, from 0; undefined where the family alone counts. */
  readonly level: number | undefined;
  /** The first and last measured version that it holds for; undefined on a side that is open. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The only measured version that it is made from, where there is just one; nothing beyond it is known. */
  readonly only?: string | undefined;
}

/** Conditions about different facts, in the order of {@link FACTS}. */
export type Term = readonly Condition[];
/** Terms of which one has to hold. */
export type Rule = readonly Term[];

/** Whether a row with these facts meets a rule. */
export function matches(rule: Rule, facts: RowFacts): boolean {
  return rule.some((term) => term.every((condition) => meets(condition, facts[condition.fact])));
}

/** Whether a row with this value meets a condition about its fact. */
export function meets(
  { fact, family, level, from, to }: Condition,
  value: FactValue | undefined,
): boolean {
  if (!value || (family !== undefined && value.family !== family)) return false;
  if (level === undefined) return true;
  const version = value.levels[level];
  if (version === undefined) return false;
  const { compare } = COMPARISONS[fact];
  return (
    (from === undefined || compare(version, from) >= 0) &&
    (to === undefined || compare(version, to) <= 0)
  );
}

/**
 * All rules that are as simple as the simplest one that separates the rows.
 *
 * @param points at least one that fails and one that passes
 * @returns none where no rule within the limits does; at most {@link MOST_RULES}, each about other facts
 */
export function simplestRules(points: readonly Point[]): readonly Rule[] {
  const table = new Table(points);
  if (table.isContradictory) return [];
  const all = table.failing;
  for (let terms = table.fewestTerms(MOST_TERMS + 1); terms <= MOST_TERMS; terms += 1) {
    for (let facts = terms; facts <= Math.min(MOST_FACTS, terms * MOST_FACTS_OF_TERM); facts += 1) {
      const found = new Map<string, Rule>();
      for (const sizes of partitions(facts, terms)) {
        cover(table, all, sizes, [], found);
      }
      if (found.size > 0) return best([...found.values()]);
    }
  }
  return [];
}

/**
 * The rule of one or two terms of one fact each that gets the fewest rows wrong; of equals the simpler one.
 *
 * @param points at least one that fails and one that passes
 */
export function closestRule(points: readonly Point[]): {
  readonly closest: Rule;
  readonly exceptions: readonly Point[];
} {
  const conditions = new Table(points).rangesByBalance();
  const wrong = (rule: Rule) => points.filter(({ facts, fails }) => matches(rule, facts) !== fails);
  const better = (a: Rule, b: Rule) => wrong(a).length < wrong(b).length;
  let closest: Rule = [];
  for (const condition of conditions) if (better([[condition]], closest)) closest = [[condition]];
  const [first] = closest;
  // A second term has to be worth naming: an exception is simpler than a term for one row.
  for (const condition of first ? conditions : []) {
    const rule = [...(first ? [first] : []), [condition]];
    if (wrong(rule).length + 1 < wrong(closest).length) closest = rule;
  }
  return { closest, exceptions: wrong(closest) };
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

/** Adds every rule that covers `needed` with terms of these sizes to `found`, by its facts. */
function cover(
  table: Table,
  needed: Bits,
  sizes: readonly number[],
  before: readonly Term[],
  found: Map<string, Rule>,
): void {
  const [size = 0, ...rest] = sizes;
  if (rest.length === 0) {
    for (const term of table.termsAround(needed, size)) {
      const rule = [...before, term].sort(compareTerms);
      // Rules about the same facts are one explanation, of which the simplest wording is kept.
      const key = rule.map((one) => one.map(({ fact }) => fact).join('&')).join('|');
      const known = found.get(key);
      if (!known || compareCosts(rule, known) < 0) found.set(key, rule);
    }
    return;
  }
  for (const { term, covers } of size === 1 ? table.largestOfOne : table.largestOfTwo) {
    const left = minus(needed, covers);
    // A term that adds nothing makes no simpler rule, and one that leaves nothing would have been found.
    if (isEmpty(left) || sameBits(left, needed)) continue;
    cover(table, left, rest, [...before, term], found);
  }
}

function keyOf({ fact, family }: Condition): string {
  return `${fact}:${family ?? '*'}`;
}

/**
 * Of equally many terms and facts, those with the coarsest versions first, then those with the fewest
 * ends. None is left out for these: where two facts go together, both are explanations.
 */
function best(rules: readonly Rule[]): readonly Rule[] {
  return [...rules].sort((a, b) => compareCosts(a, b) || compareRules(a, b)).slice(0, MOST_RULES);
}

function compareCosts(a: Rule, b: Rule): number {
  const anyFamily = (rule: Rule) => rule.flat().filter(({ family }) => family === undefined).length;
  return (
    levelsOf(a.flat()) - levelsOf(b.flat()) ||
    endsOf(a.flat()) - endsOf(b.flat()) ||
    anyFamily(a) - anyFamily(b)
  );
}

/** How fine the versions of a term are: 0 for families and their coarsest versions alone. */
function levelsOf(term: Term): number {
  return term.reduce((sum, { level = 0 }) => sum + level, 0);
}

function endsOf(term: Term): number {
  return term.reduce(
    (sum, { from, to }) => sum + Number(from !== undefined) + Number(to !== undefined),
    0,
  );
}

function compareRules(a: Rule, b: Rule): number {
  for (const [index, term] of a.entries()) {
    const order = compareTerms(term, b[index] ?? []);
    if (order !== 0) return order;
  }
  return 0;
}

function compareTerms(a: Term, b: Term): number {
  for (const [index, condition] of a.entries()) {
    const other = b[index];
    if (!other) return 1;
    const order =
      FACTS.indexOf(condition.fact) - FACTS.indexOf(other.fact) ||
      (keyOf(condition) < keyOf(other) ? -1 : keyOf(condition) > keyOf(other) ? 1 : 0) ||
      COMPARISONS[condition.fact].compare(condition.from ?? '', other.from ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A set of points, a bit each. */
type Bits = Uint32Array;

function isEmpty(bits: Bits): boolean {
  return bits.every((word) => word === 0);
}

function sameBits(a: Bits, b: Bits): boolean {
  return a.every((word, index) => word === b[index]);
}

function minus(a: Bits, b: Bits): Bits {
  return a.map((word, index) => word & ~(b[index] ?? 0));
}

function both(a: Bits, b: Bits): Bits {
  return a.map((word, index) => word & (b[index] ?? 0));
}

function intersects(a: Bits, b: Bits): boolean {
  return a.some((word, index) => (word & (b[index] ?? 0)) !== 0);
}

function isWithin(a: Bits, b: Bits): boolean {
  return a.every((word, index) => (word & ~(b[index] ?? 0)) === 0);
}

function* membersOf(bits: Bits): Generator<number> {
  for (const [index, word] of bits.entries()) {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      yield index * 32 + (31 - Math.clz32(rest & -rest));
    }
  }
}

/** One fact at one level: the rank of each point's version, and the points of each rank. */
interface Column {
  readonly fact: Fact;
  readonly level: number | undefined;
  readonly family: string | undefined;
  readonly values: readonly string[];
  /** By point; -1 where the point is of another family or has no such fact. */
  readonly ranks: readonly number[];
  readonly points: readonly Bits[];
}

/** The ranks of a column from one to another, with their points. */
interface Range {
  readonly column: Column;
  readonly first: number;
  readonly last: number;
  readonly points: Bits;
}

/** A term with the failing points that it covers. */
interface Candidate {
  readonly term: Term;
  readonly covers: Bits;
}

/** The points by their facts, those with the same facts as one. */
class Table {
  readonly failing: Bits;
  /** Whether rows with the very same facts both fail and pass, so that no rule can separate them. */
  readonly isContradictory: boolean;
  readonly #passing: Bits;
  readonly #points: readonly RowFacts[];
  /** Of each fact, the columns from coarse to fine: of each family, and over all of them. */
  readonly #columns: ReadonlyMap<Fact, readonly Column[]>;
  #largestOfOne: readonly Candidate[] | undefined;
  #largestOfTwo: readonly Candidate[] | undefined;

  constructor(points: readonly Point[]) {
    const distinct = new Map<string, { facts: RowFacts; fails: boolean; passes: boolean }>();
    for (const { facts, fails } of points) {
      const key = FACTS.map((fact) => {
        const value = facts[fact];
        return value ? [value.family, ...value.levels].join('\t') : '';
      }).join('\n');
      const own = distinct.get(key) ?? { facts, fails: false, passes: false };
      distinct.set(key, own);
      if (fails) own.fails = true;
      else own.passes = true;
    }
    const rows = [...distinct.values()];
    this.#points = rows.map(({ facts }) => facts);
    this.failing = this.#bitsOf((index) => rows[index]?.fails === true);
    this.#passing = this.#bitsOf((index) => rows[index]?.passes === true);
    this.isContradictory = intersects(this.failing, this.#passing);
    this.#columns = new Map(FACTS.map((fact) => [fact, this.#columnsOf(fact)]));
  }

  #bitsOf(has: (index: number) => boolean): Bits {
    const bits = new Uint32Array(Math.ceil(this.#points.length / 32));
    for (const index of this.#points.keys()) {
      if (has(index)) bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
    return bits;
  }

  #columnsOf(fact: Fact): Column[] {
    const families = new Set(this.#points.flatMap((facts) => facts[fact]?.family ?? []));
    const { acrossFamilies } = COMPARISONS[fact];
    const depth = Math.max(0, ...this.#points.map((facts) => facts[fact]?.levels.length ?? 0));
    const columns: Column[] = [];
    for (const family of families) {
      columns.push(this.#column(fact, family, undefined));
      for (let level = 0; level < depth; level += 1)
        columns.push(this.#column(fact, family, level));
    }
    if (acrossFamilies && families.size > 1) columns.push(this.#column(fact, undefined, 0));
    return columns;
  }

  #column(fact: Fact, family: string | undefined, level: number | undefined): Column {
    const versions = this.#points.map((facts) => {
      const value = facts[fact];
      if (!value || (family !== undefined && value.family !== family)) return undefined;
      return level === undefined ? value.family : value.levels[level];
    });
    const values = [...new Set(versions.filter((one) => one !== undefined))].sort(
      COMPARISONS[fact].compare,
    );
    const place = new Map(values.map((value, index) => [value, index]));
    const ranks = versions.map((one) => (one === undefined ? -1 : (place.get(one) ?? -1)));
    const points = values.map(() => new Uint32Array(this.failing.length));
    for (const [index, rank] of ranks.entries()) {
      const bits = points[rank];
      if (bits) bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
    return { fact, family, level, values, ranks, points };
  }

  /**
   * A lower bound of the number of terms: so many failing rows have been found of which no two can share a
   * term, since even the hull of all facts of two of them matches a passing row.
   *
   * @param enough where it stops looking
   */
  fewestTerms(enough: number): number {
    const apart: number[] = [];
    let looked = 0;
    for (const index of membersOf(this.failing)) {
      if ((looked += 1) > MOST_LOOKED_AT) break;
      if (apart.every((other) => !this.#canShare(index, other))) apart.push(index);
      if (apart.length === enough) break;
    }
    return Math.max(1, apart.length);
  }

  #canShare(one: number, other: number): boolean {
    const needed = new Uint32Array(this.failing.length);
    for (const index of [one, other]) {
      needed[index >> 5] = (needed[index >> 5] ?? 0) | (1 << (index & 31));
    }
    let passing = this.#passing;
    for (const columns of this.#columns.values()) {
      for (const column of columns) {
        const hull = this.#hull(column, needed);
        if (hull) passing = both(passing, hull.points);
      }
    }
    return isEmpty(passing);
  }

  /** A range of a column as a condition, open on each side on which `among` has no point beyond it. */
  #range(column: Column, first: number, last: number, among: Bits): Condition {
    const { fact, family, level, values, points } = column;
    const beyond = (ranks: readonly Bits[]) => ranks.some((bits) => intersects(bits, among));
    const from = beyond(points.slice(0, first)) ? values[first] : undefined;
    const to = beyond(points.slice(last + 1)) ? values[last] : undefined;
    if (level === undefined || (family !== undefined && from === undefined && to === undefined)) {
      return { fact, family, level: undefined, from: undefined, to: undefined };
    }
    return { fact, family, level, from, to, only: first === last ? values[first] : undefined };
  }

  /** The narrowest range of a column that holds all of `needed`. @returns undefined where there is none */
  #hull(column: Column, needed: Bits): Range | undefined {
    let [first, last] = [Infinity, -1];
    for (const index of membersOf(needed)) {
      const rank = column.ranks[index] ?? -1;
      if (rank < 0) return undefined;
      first = Math.min(first, rank);
      last = Math.max(last, rank);
    }
    if (last < 0) return undefined;
    if (first !== last && !COMPARISONS[column.fact].ordered) return undefined;
    return { column, first, last, points: unionOf(column.points, first, last) };
  }

  /** Of each column the ranges with most failing rows more than passing ones, each as a condition. */
  rangesByBalance(): Condition[] {
    return [...this.#columns.values()].flat().flatMap((column) => {
      const balance = column.points.map(
        (bits) => countOf(both(bits, this.failing)) - countOf(both(bits, this.#passing)),
      );
      const best = largestSum(balance, COMPARISONS[column.fact].ordered);
      return best ? [this.#range(column, best.first, best.last, this.#everything())] : [];
    });
  }

  /** All terms of exactly so many facts that match all of `needed` and no passing row, coarsest first. */
  *termsAround(needed: Bits, size: number): Generator<Term> {
    const hulls = new Map<Fact, Range[]>();
    for (const fact of FACTS) {
      const own = (this.#columns.get(fact) ?? []).flatMap((column) => {
        const hull = this.#hull(column, needed);
        if (!hull) return [];
        // A condition that every row meets tells nothing apart.
        if (isWithin(this.#passing, hull.points)) return [];
        return [hull];
      });
      if (own.length > 0) hulls.set(fact, own);
    }
    for (const facts of subsets([...hulls.keys()], size)) {
      // From coarse to fine, fact by fact: the first that works is the coarsest.
      const chosen = choose(facts, (fact) => hulls.get(fact) ?? [], this.#passing);
      if (!chosen || isRedundant(chosen, this.#passing)) continue;
      yield this.#term(chosen);
    }
  }

  /**
   * Ranges as a term, each open on a side on which the rows that meet the other conditions end. One is
   * opened after the other, since two that are opened at once could let a row in together.
   */
  #term(ranges: readonly Range[]): Term {
    const opened = [...ranges];
    return ranges.map((range, place) => {
      const { column, first, last } = range;
      const among = opened.reduce(
        (bits, { points }, other) => (other === place ? bits : both(bits, points)),
        this.#everything(),
      );
      const condition = this.#range(column, first, last, among);
      const start = condition.from === undefined ? 0 : first;
      const end = condition.to === undefined ? column.points.length - 1 : last;
      opened[place] = { ...range, points: unionOf(column.points, start, end) };
      return condition;
    });
  }

  #everything(): Bits {
    return this.failing.map((word, index) => word | (this.#passing[index] ?? 0));
  }

  /** The largest terms of one fact that match no passing row. */
  get largestOfOne(): readonly Candidate[] {
    this.#largestOfOne ??= FACTS.flatMap((fact) =>
      (this.#columns.get(fact) ?? []).flatMap((column) =>
        this.#runs(column, this.#everything()).map(({ first, last, points }) => ({
          term: [this.#range(column, first, last, this.#everything())],
          covers: both(points, this.failing),
        })),
      ),
    );
    this.#largestOfOne = largest(this.#largestOfOne);
    return this.#largestOfOne;
  }

  /** The largest terms of two facts that match no passing row, of which no part alone does so. */
  get largestOfTwo(): readonly Candidate[] {
    if (this.#largestOfTwo) return this.#largestOfTwo;
    const candidates: Candidate[] = [];
    for (const [one, other] of subsets(FACTS, 2)) {
      if (one === undefined || other === undefined) continue;
      for (const column of this.#columns.get(one) ?? []) {
        for (const { first, last, points } of this.#mixedRanges(column)) {
          for (const second of this.#columns.get(other) ?? []) {
            for (const run of this.#runs(second, points)) {
              const covers = both(both(points, run.points), this.failing);
              if (!intersects(run.points, this.#passing)) continue;
              candidates.push({
                term: this.#term([{ column, first, last, points }, run]),
                covers,
              });
            }
          }
        }
      }
    }
    this.#largestOfTwo = largest(candidates);
    return this.#largestOfTwo;
  }

  /** The ranges of a column that begin and end with a failing row and hold a passing one as well. */
  *#mixedRanges(column: Column): Generator<Range> {
    const { ordered } = COMPARISONS[column.fact];
    for (const first of column.points.keys()) {
      if (!intersects(column.points[first] ?? this.failing, this.failing)) continue;
      for (let last = first; last < (ordered ? column.points.length : first + 1); last += 1) {
        if (!intersects(column.points[last] ?? this.failing, this.failing)) continue;
        const points = unionOf(column.points, first, last);
        if (intersects(points, this.#passing)) yield { column, first, last, points };
      }
    }
  }

  /** The longest ranges of a column that hold a failing row of `among` and no passing one of it. */
  #runs(column: Column, among: Bits): Range[] {
    const runs: Range[] = [];
    const { ordered } = COMPARISONS[column.fact];
    let [first, last] = [-1, -1];
    const close = () => {
      if (first >= 0)
        runs.push({ column, first, last, points: unionOf(column.points, first, last) });
      [first, last] = [-1, -1];
    };
    for (const [rank, bits] of column.points.entries()) {
      const own = both(bits, among);
      if (!ordered || intersects(own, this.#passing)) close();
      if (intersects(own, this.failing) && !intersects(own, this.#passing)) {
        if (first < 0) first = rank;
        last = rank;
      }
    }
    close();
    return runs;
  }
}

function countOf(bits: Bits): number {
  return [...membersOf(bits)].length;
}

/** The range of numbers with the largest sum, by Kadane's algorithm; single numbers where not ordered. */
function largestSum(
  numbers: readonly number[],
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

function unionOf(points: readonly Bits[], first: number, last: number): Bits {
  const union = new Uint32Array(points[0]?.length ?? 0);
  for (let rank = first; rank <= last; rank += 1) {
    for (const [index, word] of (points[rank] ?? union).entries()) {
      union[index] = (union[index] ?? 0) | word;
    }
  }
  return union;
}

/** One choice for each fact that together match no passing row; the earliest choices that do. */
function choose(
  facts: readonly Fact[],
  choicesOf: (fact: Fact) => readonly Range[],
  passing: Bits,
): readonly Range[] | undefined {
  const [fact, ...rest] = facts;
  if (fact === undefined) return isEmpty(passing) ? [] : undefined;
  for (const choice of choicesOf(fact)) {
    const chosen = choose(rest, choicesOf, both(passing, choice.points));
    if (chosen) return [choice, ...chosen];
  }
  return undefined;
}

/** Whether some of the choices match no passing row without the others. */
function isRedundant(chosen: readonly Range[], passing: Bits): boolean {
  return chosen.some((_, left) =>
    isEmpty(
      chosen.reduce(
        (bits, { points }, index) => (index === left ? bits : both(bits, points)),
        passing,
      ),
    ),
  );
}

/** All subsets of so many items, in their order. */
function* subsets<T>(items: readonly T[], size: number, start = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = start; index <= items.length - size; index += 1) {
    for (const rest of subsets(items, size - 1, index + 1)) yield [items[index] as T, ...rest];
  }
}

/**
 * Those of which no other one about the same facts covers more; of equals the first. A coarser one stays
 * beside a finer one that covers more, since the rest of a rule may make it suffice.
 */
function largest(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = candidate.term.map(keyOf).join('&');
    const own = groups.get(key) ?? [];
    if (own.some(({ covers }) => isWithin(candidate.covers, covers))) continue;
    const level = levelsOf(candidate.term);
    groups.set(key, [
      ...own.filter((one) => levelsOf(one.term) < level || !isWithin(one.covers, candidate.covers)),
      candidate,
    ]);
  }
  return [...groups.values()].flat();
}
