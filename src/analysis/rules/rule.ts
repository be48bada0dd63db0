/** Rules that separate failing rows from passing ones, and the order of their simplicity. Pure. */
import { compareText } from '../../text/version-order.ts';
import { COMPARISONS, FACTS, type Fact, type FactValue, type RowFacts } from './facts.ts';

/** A row with a verdict of pass or fail. */
export interface Point {
  readonly id: string;
  readonly facts: RowFacts;
  readonly fails: boolean;
}

/** The condition of a term on one fact. */
export interface Condition {
  readonly fact: Fact;
  /** Undefined for a range of versions over all families, such as any Python up to 3.11. */
  readonly family: string | undefined;
  /** The level that the range is about, from 0; undefined if the family alone counts. */
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
 * Compares rules of equally many terms and facts: those with the coarsest versions are first, then those
 * with the fewest ends.
 */
export function compareCosts(a: Rule, b: Rule): number {
  const anyFamily = (rule: Rule) => rule.flat().filter(({ family }) => family === undefined).length;
  return (
    levelsOf(a.flat()) - levelsOf(b.flat()) ||
    endsOf(a.flat()) - endsOf(b.flat()) ||
    anyFamily(a) - anyFamily(b)
  );
}

/** How fine the versions of a term are: 0 for families and their coarsest versions alone. */
export function levelsOf(term: Term): number {
  return term.reduce((sum, { level = 0 }) => sum + level, 0);
}

function endsOf(term: Term): number {
  return term.reduce(
    (sum, { from, to }) => sum + Number(from !== undefined) + Number(to !== undefined),
    0,
  );
}

/** An order among rules that are equally simple, so that answers are always the same. */
export function compareRules(a: Rule, b: Rule): number {
  for (const [index, term] of a.entries()) {
    const order = compareTerms(term, b[index] ?? []);
    if (order !== 0) return order;
  }
  return 0;
}

/** The order of terms in a rule. */
export function compareTerms(a: Term, b: Term): number {
  for (const [index, condition] of a.entries()) {
    const other = b[index];
    if (!other) return 1;
    const order =
      FACTS.indexOf(condition.fact) - FACTS.indexOf(other.fact) ||
      compareText(subjectKey(condition), subjectKey(other)) ||
      COMPARISONS[condition.fact].compare(condition.from ?? '', other.from ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The same text for conditions about the same versions, whichever of them they ask for. */
export function subjectKey({
  fact,
  family,
  packager,
}: Pick<Condition, 'fact' | 'family' | 'packager'>): string {
  return `${fact}:${family ?? '*'}:${packager ?? '*'}`;
}
