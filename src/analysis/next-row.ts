/** The row that would separate equally simple explanations. Pure. */
import type { Fact, RowFacts } from './rules/facts.ts';
import { matches, type Point, type Rule } from './rules/rule.ts';

/** A row of the matrix that the report may not have. */
export interface MatrixRow {
  readonly id: string;
  /** The command that measures it. */
  readonly command: string;
}

/** Facts that come with the base of a row; the others come with its Python. */
const OF_THE_BASE: ReadonlySet<Fact> = new Set<Fact>(['libc', 'distribution', 'platform', 'shell']);

/**
 * The first row that was not measured and for which the rules foretell different verdicts.
 *
 * Its facts are put together from measured rows: what comes with its base from one on the same base
 * and C library, what comes with its Python from one with the same Python. Rows whose facts cannot
 * be predicted are ignored.
 *
 * @param rules at least two
 * @returns undefined if the matrix has no such row
 */
export function nextRow(
  rules: readonly Rule[],
  points: readonly Point[],
  matrix: readonly MatrixRow[],
): MatrixRow | undefined {
  const measured = new Set(points.map(({ id }) => id));
  const bases = new Map<string, RowFacts>();
  const pythons = new Map<string, RowFacts>();
  for (const { id, facts } of points) {
    const parts = baseAndPython(id);
    bases.set(parts.base, facts);
    pythons.set(parts.python, facts);
  }
  return matrix.find(({ id }) => {
    const parts = baseAndPython(id);
    const [base, python] = [bases.get(parts.base), pythons.get(parts.python)];
    if (measured.has(id) || !base || !python) return false;
    const facts = Object.fromEntries([
      ...Object.entries(python).filter(([fact]) => !OF_THE_BASE.has(fact as Fact)),
      ...Object.entries(base).filter(([fact]) => OF_THE_BASE.has(fact as Fact)),
    ]) as RowFacts;
    return new Set(rules.map((rule) => matches(rule, facts))).size > 1;
  });
}

/** An id is `base/python`; the C library of a row with musl is another one than its base's own. */
function baseAndPython(id: string): { base: string; python: string } {
  const slash = id.indexOf('/');
  const python = id.slice(slash + 1);
  return { base: `${id.slice(0, slash)} ${python.endsWith('-musl') ? 'musl' : ''}`, python };
}
