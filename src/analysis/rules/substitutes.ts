/** Other facts that explain the same rows where a rule names a range of versions. Pure. */
import { COMPARISONS, FACTS, type Fact } from './facts.ts';
import { matches, type Condition, type Point, type Rule, type Term } from './rule.ts';

/** More would not help a reader. */
const MOST = 3;

/**
 * Rules that separate the same rows as this one, with another fact in place of a range of versions. Where
 * every row of musl 1.2.5 and later has CPython 3.13 and no earlier one has it, `musl 1.2.5 and later` is
 * the simpler rule, and `musl with CPython 3.13` is as likely to be the cause.
 *
 * A passing row in which the other fact is unknown could have it as well, so it speaks against none.
 *
 * @returns at most {@link MOST} for each range
 */
export function substitutesOf(rule: Rule, points: readonly Point[]): readonly Rule[] {
  return rule.flatMap((term, place) => {
    const others = rule.filter((_, index) => index !== place);
    const own = points.filter(({ facts }) => !matches(others, facts));
    return term.flatMap((condition) => {
      if (condition.level === undefined || condition.family === undefined) return [];
      const base = term.map((one) => (one === condition ? withoutRange(one) : one));
      const candidates = own.filter(({ facts }) => matches([base], facts));
      return FACTS.filter((fact) => term.every((one) => one.fact !== fact))
        .flatMap((fact) => separating(fact, candidates) ?? [])
        .map((one): Rule => rule.with(place, inOrder([...base, one])))
        .filter((changed) => points.every(({ facts, fails }) => matches(changed, facts) === fails))
        .slice(0, MOST);
    });
  });
}

/** The condition on this fact that the failing rows meet and the passing ones do not; undefined if none does. */
function separating(fact: Fact, points: readonly Point[]): Condition | undefined {
  const failing = points.filter(({ fails }) => fails).map(({ facts }) => facts[fact]);
  const passing = points.filter(({ fails }) => !fails).map(({ facts }) => facts[fact]);
  const family = failing[0]?.family;
  if (passing.length === 0 || failing.some((value) => !value || value.family !== family)) return;
  if (passing.includes(undefined)) return;
  const rivals = passing.filter((value) => value?.family === family);
  const condition = { fact, family, from: undefined, to: undefined };
  // That a build was made against any glibc separates nothing that the C library does not.
  if (rivals.length === 0)
    return fact === 'built-against' ? undefined : { ...condition, level: undefined };
  const { ordered, compare } = COMPARISONS[fact];
  const versions = failing.map((value) => value?.levels[0] ?? '').sort(compare);
  const [first = '', last = ''] = [versions[0], versions.at(-1)];
  if (!ordered || first === '') return;
  const isBelow = rivals.every((value) => compare(value?.levels[0] ?? '', first) < 0);
  const isAbove = rivals.every((value) => compare(value?.levels[0] ?? '', last) > 0);
  if (!isBelow && !isAbove) return;
  const range = { from: isBelow ? first : undefined, to: isBelow ? undefined : last };
  return { ...condition, level: 0, ...range, ...(first === last && { only: first }) };
}

function withoutRange({ fact, family }: Condition): Condition {
  return { fact, family, level: undefined, from: undefined, to: undefined };
}

function inOrder(term: Term): Term {
  return term.toSorted((a, b) => FACTS.indexOf(a.fact) - FACTS.indexOf(b.fact));
}
