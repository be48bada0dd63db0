/** What a bisection searches: the candidates, the next one to measure, and the answer in words. Pure. */
import type { Matrix } from '../matrix/matrix.ts';
import type { Base, Environment } from '../model.ts';
import type { Axis } from '../report/row-place.ts';
import { failed, ok, type Result } from '../result.ts';
import { rowOn } from './days.ts';
import { formatBisection, formatDateBisection, type Candidate } from './format-bisection.ts';
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
  /** A sentence each. */
  readonly answer: (step: Step, measured: readonly Candidate[]) => readonly string[];
}

/** The search along the C library or Python; the problem with the selected rows if there is one. */
export function axisSearch(
  selected: readonly Environment[],
  scenario: string,
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
    answer: (step, measured) => formatBisection(step, scenario, along, measured),
  });
}

/** A search along date for each of the rows; the problem with one of them if there is one. */
export function dateSearches(
  selected: readonly Environment[],
  scenario: string,
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
    searches.push({
      environment: environment.id,
      rows,
      next: nextDay,
      problem: () => null,
      answer: (step, measured) =>
        formatDateBisection(step, `${scenario} in ${environment.id}`, measured),
    });
  }
  return searches.length === 0 ? failed('No row is selected.') : ok(searches);
}
