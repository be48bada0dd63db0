/** Where one scenario reproduces, C library by C library: what findings and headline are worded from. Pure. */
import type { Cell, Report } from '../model.ts';
import { placeOf, type Place } from './axes.ts';
import { explain, type Explanation, type Point } from './boundaries.ts';
import { orderEnvironments } from '../report/order.ts';

/** One C library, with all of its Pythons or one line of them. */
export interface Chapter {
  /** `glibc` or `musl`. */
  readonly libc: string;
  /** `CPython`, `PyPy`, …; undefined where the C library alone accounts for all of them. */
  readonly python: string | undefined;
  readonly explanation: Explanation;
  /** Every decided cell of the chapter, in the order of rows. */
  readonly points: readonly Point[];
}

/** What the cells of one scenario come to. */
export interface Story {
  readonly scenario: Report['scenarios'][number];
  readonly chapters: readonly Chapter[];
  readonly failing: number;
  readonly passing: number;
  /** Environments whose cell is neither pass nor fail, or whose facts are not known. */
  readonly undecided: number;
  /** Number of environments in which each symptom was seen. */
  readonly symptoms: ReadonlyMap<string, number>;
}

/** A control says nothing about the race; it is there so that the others can. */
export function isControl(scenario: Report['scenarios'][number]): boolean {
  return scenario.mutation === 'none' || scenario.role === 'control';
}

/** An environment and its place, where that is known. */
interface Placed {
  readonly id: string;
  readonly place: Place | undefined;
}

/** The story of each scenario, controls included, in the order of the report. */
export function storiesOf(
  report: Pick<Report, 'environments' | 'scenarios' | 'cells'>,
): readonly Story[] {
  const environments = orderEnvironments(report.environments).map((environment): Placed => ({
    id: environment.id,
    place: placeOf(environment),
  }));
  const byScenario = new Map(report.scenarios.map(({ id }) => [id, new Map<string, Cell>()]));
  for (const cell of report.cells) byScenario.get(cell.scenario)?.set(cell.environment, cell);
  return report.scenarios.map((scenario) =>
    storyOf(scenario, environments, byScenario.get(scenario.id) ?? new Map()),
  );
}

function storyOf(
  scenario: Report['scenarios'][number],
  environments: readonly Placed[],
  cells: ReadonlyMap<string, Cell>,
): Story {
  const points: Point[] = [];
  const symptoms = new Map<string, number>();
  for (const { id, place } of environments) {
    const cell = cells.get(id);
    if (!place || (cell?.verdict !== 'pass' && cell?.verdict !== 'fail')) continue;
    points.push({ environment: id, place, fails: cell.verdict === 'fail' });
    for (const [symptom, times] of Object.entries(cell.symptoms)) {
      if (times > 0) symptoms.set(symptom, (symptoms.get(symptom) ?? 0) + 1);
    }
  }
  const failing = points.filter(({ fails }) => fails).length;
  return {
    scenario,
    chapters: groups(points, ({ place }) => place.libc.line).flatMap(chaptersOf),
    failing,
    passing: points.length - failing,
    undecided: environments.length - points.length,
    symptoms,
  };
}

/**
 * One chapter for a C library if its versions alone account for what was seen at least as simply as an
 * account for each line of Pythons does.
 */
function chaptersOf([libc, points]: readonly [string, readonly Point[]]): Chapter[] {
  const whole = explain(points, ['libc']);
  const apart = groups(points, ({ place }) => place.python.line).map(([python, own]): Chapter => ({
    libc,
    python,
    explanation: explain(own, ['libc', 'python']),
    points: own,
  }));
  const sum = apart.reduce((total, { explanation }) => total + explanation.cost, 0);
  return whole.cost <= sum ? [{ libc, python: undefined, explanation: whole, points }] : apart;
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group) group.push(item);
    else found.set(keyOf(item), [item]);
  }
  return [...found];
}
