/** The edges of a rule as far as they were measured. Pure. */
import { COMPARISONS } from './facts.ts';
import { matches, type Condition, type Point, type Rule, type Term } from './rule.ts';

/**
 * The same rule, with the patch releases of Python that were measured at its edges: where only 3.11.2 was
 * measured, `CPython 3.11 and earlier` becomes `CPython 3.11.2 and earlier`, since a later patch release can
 * be different. A range over all Pythons becomes one for each of them.
 *
 * @param points the rows from which the rule was made; it separates them as before
 */
export function measuredEdges(rule: Rule, points: readonly Point[]): Rule {
  return rule.flatMap((term) => familiesOf(term, points)).map((term) => sharpened(term, points));
}

function familiesOf(term: Term, points: readonly Point[]): readonly Term[] {
  const range = term.find(({ fact, family }) => fact === 'python' && family === undefined);
  if (!range) return [term];
  const families = new Set(pointsOf(term, points).map(({ facts }) => facts.python?.family));
  if (families.size === 0) return [term];
  return [...families].map((family) =>
    term.map((one) => (one === range ? { ...one, family } : one)),
  );
}

function sharpened(term: Term, points: readonly Point[]): Term {
  return term.map((condition): Condition => {
    const { fact, level, from, to, only } = condition;
    if (fact !== 'python' || level !== 0) return condition;
    const measured = pointsOf(term, points).flatMap(({ facts }) => facts.python?.levels[1] ?? []);
    const versions = [...new Set(measured)].sort(COMPARISONS.python.compare);
    const [first, last] = [versions[0], versions.at(-1)];
    if (first === undefined || last === undefined) return condition;
    if (first === last) return { ...condition, level: 1, from: first, to: first, only: first };
    if (only !== undefined)
      return { ...condition, level: 1, from: first, to: last, only: undefined };
    return {
      ...condition,
      level: 1,
      from: from === undefined ? undefined : first,
      to: to === undefined ? undefined : last,
    };
  });
}

function pointsOf(term: Term, points: readonly Point[]): readonly Point[] {
  return points.filter(({ facts }) => matches([term], facts));
}
