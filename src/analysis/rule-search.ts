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
/** Versions of a family, beyond which two facts are combined by its coarser versions alone. */
const MOST_COMBINED = 40;
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
  /** Whose packages a range of a finer level is about. */
  readonly packager?: string | undefined;
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
  { fact, family, level, packager, from, to }: Condition,
  value: FactValue | undefined,
): boolean {
  if (!value || (family !== undefined && value.family !== family)) return false;
  if (level === undefined) return true;
  if (packager !== undefined && value.packager !== packager) return false;
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
  const table = new Table(points);
  const ranges = table.rangesByBalance();
  let fewest = points.filter(({ fails }) => fails).length;
  let first: (typeof ranges)[number] | undefined;
  for (const range of ranges) {
    const wrong = table.wrongOf([range.ranks]);
    if (wrong < fewest) [fewest, first] = [wrong, range];
  }
  let second: (typeof ranges)[number] | undefined;
  // A second term has to be worth naming: an exception is simpler than a term for one row.
  for (const range of first ? ranges : []) {
    const wrong = table.wrongOf([first?.ranks ?? range.ranks, range.ranks]);
    if (wrong + 1 < fewest) [fewest, second] = [wrong, range];
  }
  const closest = [first, second].flatMap((range) => (range ? [[range.condition]] : []));
  const exceptions = points.filter(({ facts, fails }) => matches(closest, facts) !== fails);
  return { closest, exceptions };
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
    if (table.needsMoreThan(rest.length, left)) continue;
    // A term that adds nothing makes no simpler rule, and one that leaves nothing would have been found.
    if (isEmpty(left) || sameBits(left, needed)) continue;
    cover(table, left, rest, [...before, term], found);
  }
}

const keys = new WeakMap<RowFacts, string>();

/** The same text for the same facts; made once for each row, whose facts every scenario shares. */
export function factsKey(facts: RowFacts): string {
  const known = keys.get(facts);
  if (known !== undefined) return known;
  const key = JSON.stringify(FACTS.map((fact) => facts[fact] ?? null));
  keys.set(facts, key);
  return key;
}

function keyOf({ fact, family, packager }: Condition): string {
  return `${fact}:${family ?? '*'}:${packager ?? '*'}`;
}

/**
 * Of equally many terms and facts, those with the coarsest versions first, then those with the fewest
 * ends. None is left out for these: where two facts go together, both are explanations.
 */
function best(rules: readonly Rule[]): readonly Rule[] {
  // A Python that was built against musl runs on musl alone: no row could ever tell the two apart.
  const telling = rules.filter((rule) => !rule.flat().some(isFamilyBuiltAgainst));
  return [...(telling.length > 0 ? telling : rules)]
    .sort((a, b) => compareCosts(a, b) || compareRules(a, b))
    .slice(0, MOST_RULES);
}

function isFamilyBuiltAgainst({ fact, level }: Condition): boolean {
  return fact === 'built-against' && level === undefined;
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
  return !intersects(bits, bits);
}

function sameBits(a: Bits, b: Bits): boolean {
  return isWithin(a, b) && isWithin(b, a);
}

function minus(a: Bits, b: Bits): Bits {
  const left = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index += 1) {
    left[index] = (a[index] ?? 0) & ~(b[index] ?? 0);
  }
  return left;
}

function both(a: Bits, b: Bits): Bits {
  const common = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index += 1) {
    common[index] = (a[index] ?? 0) & (b[index] ?? 0);
  }
  return common;
}

function intersects(a: Bits, b: Bits): boolean {
  for (let index = 0; index < a.length; index += 1) {
    if (((a[index] ?? 0) & (b[index] ?? 0)) !== 0) return true;
  }
  return false;
}

function isWithin(a: Bits, b: Bits): boolean {
  for (let index = 0; index < a.length; index += 1) {
    if (((a[index] ?? 0) & ~(b[index] ?? 0)) !== 0) return false;
  }
  return true;
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
  readonly packager: string | undefined;
  readonly values: readonly string[];
  /** By point; -1 where the point is of another family or has no such fact. */
  readonly ranks: readonly number[];
  /**
   * Those of each rank. A passing point without such a fact is among all of them: what was not measured
   * excludes nothing.
   */
  readonly points: readonly Bits[];
}

/** What a column is about, with the version of each point that it has. */
interface ColumnBuilder extends Pick<Column, 'family' | 'level' | 'packager'> {
  readonly versions: Map<number, string>;
}

/** The ranks of a column from one to another. */
interface RankRange {
  readonly column: Column;
  readonly first: number;
  readonly last: number;
}

/** The same with their points. */
interface Range extends RankRange {
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
  readonly #rows: readonly { readonly facts: RowFacts; fails: number; passes: number }[];
  /** Of each fact, the columns from coarse to fine: of each family, and over all of them. */
  readonly #columns: ReadonlyMap<Fact, readonly Column[]>;
  /** Failing points of which no two can share a term. */
  readonly #apart: number[] = [];
  #largestOfOne: readonly Candidate[] | undefined;
  #largestOfTwo: readonly Candidate[] | undefined;

  constructor(points: readonly Point[]) {
    const distinct = new Map<string, { facts: RowFacts; fails: number; passes: number }>();
    for (const { facts, fails } of points) {
      const key = factsKey(facts);
      const own = distinct.get(key) ?? { facts, fails: 0, passes: 0 };
      distinct.set(key, own);
      if (fails) own.fails += 1;
      else own.passes += 1;
    }
    this.#rows = [...distinct.values()];
    this.#points = this.#rows.map(({ facts }) => facts);
    this.failing = this.#bitsOf((index) => (this.#rows[index]?.fails ?? 0) > 0);
    this.#passing = this.#bitsOf((index) => (this.#rows[index]?.passes ?? 0) > 0);
    this.isContradictory = intersects(this.failing, this.#passing);
    this.#columns = new Map(FACTS.map((fact) => [fact, this.#columnsOf(fact)]));
  }

  /** How many points are wrong where those of any of these ranges of columns are said to fail. */
  wrongOf(ranges: readonly RankRange[]): number {
    return this.#rows.reduce((sum, { fails, passes }, index) => {
      const isIn = ranges.some(({ column, first, last }) => {
        const rank = column.ranks[index] ?? -1;
        return rank >= first && rank <= last;
      });
      return sum + (isIn ? passes : fails);
    }, 0);
  }

  #bitsOf(has: (index: number) => boolean): Bits {
    const bits = new Uint32Array(Math.ceil(this.#points.length / 32));
    for (const index of this.#points.keys()) {
      if (has(index)) bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
    return bits;
  }

  #columnsOf(fact: Fact): Column[] {
    const { acrossFamilies } = COMPARISONS[fact];
    const builders = new Map<string, ColumnBuilder>();
    const add = (index: number, version: string, about: Omit<ColumnBuilder, 'versions'>) => {
      const key = `${about.family ?? ''}\n${about.level ?? ''}\n${about.packager ?? ''}`;
      const own = builders.get(key) ?? { ...about, versions: new Map<number, string>() };
      builders.set(key, own);
      own.versions.set(index, version);
    };
    for (const [index, facts] of this.#points.entries()) {
      const value = facts[fact];
      if (!value) continue;
      const { family, levels } = value;
      add(index, family, { family, level: undefined, packager: undefined });
      for (const [level, version] of levels.entries()) {
        const packager = level === 0 ? undefined : value.packager;
        add(index, version, { family, level, packager });
      }
    }
    const columns = [...builders.values()].map((builder) => this.#column(fact, builder));
    const families = new Set(columns.map(({ family }) => family));
    if (acrossFamilies && families.size > 1) {
      const versions = new Map(
        this.#points.flatMap((facts, index) => {
          const version = facts[fact]?.levels[0];
          return version === undefined ? [] : [[index, version] as const];
        }),
      );
      const about = { family: undefined, level: 0, packager: undefined };
      columns.push(this.#column(fact, { ...about, versions }));
    }
    // One package of a distribution is that distribution, which is a fact by itself.
    return columns.filter(({ packager, values }) => packager === undefined || values.length > 1);
  }

  #column(fact: Fact, { family, level, packager, versions }: ColumnBuilder): Column {
    const values = [...new Set(versions.values())].sort(COMPARISONS[fact].compare);
    const place = new Map(values.map((value, index) => [value, index]));
    const ranks = this.#points.map((_, index) => place.get(versions.get(index) ?? '') ?? -1);
    const unknown = this.#bitsOf((index) => {
      const value = this.#points[index]?.[fact];
      if (!value) return true;
      return level !== undefined && value.family === family && value.levels[level] === undefined;
    });
    const always = both(unknown, this.#passing);
    const points = values.map(() => always.slice());
    for (const [index, rank] of ranks.entries()) {
      const bits = points[rank];
      if (bits) bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
    return { fact, family, level, packager, values, ranks, points };
  }

  /**
   * A lower bound of the number of terms: so many failing rows have been found of which no two can share a
   * term, since even the hull of all facts of two of them matches a passing row.
   *
   * @param enough where it stops looking
   */
  fewestTerms(enough: number): number {
    const apart = this.#apart;
    let looked = 0;
    for (const index of membersOf(this.failing)) {
      if ((looked += 1) > MOST_LOOKED_AT) break;
      if (apart.every((other) => !this.#canShare(index, other))) apart.push(index);
      if (apart.length === enough) break;
    }
    return Math.max(1, apart.length);
  }

  /** Whether failing points certainly need more terms than that, by those of {@link fewestTerms}. */
  needsMoreThan(terms: number, left: Bits): boolean {
    let count = 0;
    for (const index of this.#apart) {
      if (((left[index >> 5] ?? 0) & (1 << (index & 31))) !== 0) count += 1;
    }
    return count > terms;
  }

  #canShare(one: number, other: number): boolean {
    let passing = this.#passing;
    for (const columns of this.#columns.values()) {
      for (const column of columns) {
        const hull = this.#hull(column, [one, other]);
        if (hull) passing = both(passing, hull.points);
        if (isEmpty(passing)) return true;
      }
    }
    return false;
  }

  /** A range of a column as a condition, open on each side on which `among` has no point beyond it. */
  #range(column: Column, first: number, last: number, among: Bits): Condition {
    const { fact, family, level, packager, values, points } = column;
    const beyond = (ranks: readonly Bits[]) => ranks.some((bits) => intersects(bits, among));
    const from = beyond(points.slice(0, first)) ? values[first] : undefined;
    const to = beyond(points.slice(last + 1)) ? values[last] : undefined;
    const isWhole = packager === undefined && from === undefined && to === undefined;
    if (level === undefined || (family !== undefined && isWhole)) {
      return { fact, family, level: undefined, from: undefined, to: undefined };
    }
    const only = first === last ? values[first] : undefined;
    return { fact, family, level, packager, from, to, only };
  }

  /** The narrowest range of a column that holds all of `needed`. @returns undefined where there is none */
  #hull(column: Column, needed: readonly number[]): Range | undefined {
    let [first, last] = [Infinity, -1];
    for (const index of needed) {
      const rank = column.ranks[index] ?? -1;
      if (rank < 0) return undefined;
      if (rank < first) first = rank;
      if (rank > last) last = rank;
    }
    if (last < 0) return undefined;
    if (first !== last && !COMPARISONS[column.fact].ordered) return undefined;
    if (isPackagerAlone(column, first, last)) return undefined;
    return { column, first, last, points: unionOf(column.points, first, last) };
  }

  /** Of each column the ranges with most failing rows more than passing ones, each as a condition. */
  rangesByBalance(): { readonly condition: Condition; readonly ranks: RankRange }[] {
    return [...this.#columns.values()].flat().flatMap((column) => {
      // What is unknown of some rows can neither be their exception nor their rule.
      if (this.#points.some((facts) => facts[column.fact] === undefined)) return [];
      const balance = column.values.map(() => 0);
      for (const [index, rank] of column.ranks.entries()) {
        const { fails = 0, passes = 0 } = this.#rows[index] ?? {};
        if (rank >= 0) balance[rank] = (balance[rank] ?? 0) + fails - passes;
      }
      const best = largestSum(balance, COMPARISONS[column.fact].ordered);
      if (!best || isPackagerAlone(column, best.first, best.last)) return [];
      const { first, last } = best;
      const condition = this.#range(column, first, last, this.#everything());
      return [{ condition, ranks: { column, first, last } }];
    });
  }

  /** All terms of exactly so many facts that match all of `needed` and no passing row, coarsest first. */
  *termsAround(needed: Bits, size: number): Generator<Term> {
    const hulls = new Map<Fact, Range[]>();
    const members = [...membersOf(needed)];
    for (const fact of FACTS) {
      const own = (this.#columns.get(fact) ?? []).flatMap((column) => {
        const hull = this.#hull(column, members);
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
      for (const column of this.#columnsToCombine(one)) {
        for (const { first, last, points } of this.#mixedRanges(column)) {
          for (const second of this.#columnsToCombine(other)) {
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

  #columnsToCombine(fact: Fact): readonly Column[] {
    return (this.#columns.get(fact) ?? []).filter(({ values }) => values.length <= MOST_COMBINED);
  }

  /** The ranges of a column that begin and end with a failing row and hold a passing one as well. */
  *#mixedRanges(column: Column): Generator<Range> {
    const { ordered } = COMPARISONS[column.fact];
    for (const first of column.points.keys()) {
      if (!intersects(column.points[first] ?? this.failing, this.failing)) continue;
      for (let last = first; last < (ordered ? column.points.length : first + 1); last += 1) {
        if (!intersects(column.points[last] ?? this.failing, this.failing)) continue;
        if (isPackagerAlone(column, first, last)) continue;
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
      if (first >= 0 && !isPackagerAlone(column, first, last))
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

/** All packages of one distribution: that is a condition about the distribution, which is another fact. */
function isPackagerAlone({ packager, values }: Column, first: number, last: number): boolean {
  return packager !== undefined && first === 0 && last === values.length - 1;
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
    const bits = points[rank] ?? union;
    for (let index = 0; index < union.length; index += 1) {
      union[index] = (union[index] ?? 0) | (bits[index] ?? 0);
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
