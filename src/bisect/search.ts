/** What a bisection searches: the candidates, and the next one to measure. Pure. */
import type { Matrix } from '../matrix/matrix.ts';
import type { Base, Environment } from '../model.ts';
import type { Axis } from '../report/row-place.ts';
import { failed, ok, type Result } from '../result.ts';
import { rowOn } from './days.ts';
import type { Candidate } from './format-bisection.ts';
import { nextDay } from './next-day.ts';
import { nextStep, type Known, type Step } from './next-step.ts';
import { orderProblem, rowsAlong } from './rows.ts';

/** A row to measure. */
export interface SearchedRow {
  readonly environment: Environment;
  readonly compileOn: Base | null;
  readonly day?: string | undefined;
  /** Unique among the searches of a command; the path of a folder. */
  readonly name: string;
}

export interface Search {
  /** The row that varies with the day; absent along the other axes, where rows differ. */
  readonly environment?: string | undefined;
  /** From old to new. */
  readonly rows: readonly SearchedRow[];
  readonly next: (known: readonly Known[]) => Step;
  /** Why what was measured is not what a search can be along; null if there is no problem. */
  readonly problem: (measured: readonly Candidate[]) => string | null;
}

/** The search along the C library or Python; the problem with the selected rows if there is one. */
export function axisSearch(
  selected: readonly Environment[],
  along: Axis,
  { compileOn }: Pick<Matrix, 'compileOn'>,
): Result<Search, string> {
  const found = rowsAlong(selected, along);
  if (!found.ok) return found;
  return ok({
    rows: found.value.map((environment, at) => ({ environment, compileOn, name: String(at) })),
    next: nextStep,
    problem: (measured) =>
      orderProblem(
        measured.map(({ row }) => row),
        along,
      ),
  });
}

/** A search along date for each of the rows; the problem with one of them if there is one. */
export function dateSearches(
  selected: readonly Environment[],
  days: readonly string[],
  matrix: Pick<Matrix, 'archives' | 'compileOn'>,
): Result<readonly Search[], string> {
  const searches: Search[] = [];
  for (const environment of selected) {
    const rows: SearchedRow[] = [];
    for (const day of days) {
      const dated = rowOn(day, environment, matrix);
      if (!dated.ok) return dated;
      rows.push({ ...dated.value, day, name: `${environment.id}/${day}` });
    }
    searches.push({ environment: environment.id, rows, next: nextDay, problem: () => null });
  }
  return searches.length === 0 ? failed('No row is selected.') : ok(searches);
}
