/** Where each scenario fails, and which rules separate that from where it passes. Pure. */
import type { Cell, Rate, Report, ReportEnvironment } from '../report/schema.ts';
import { orderEnvironments } from '../report/order.ts';
import { isControl } from './control.ts';
import { rowFacts, type RowFacts } from './facts.ts';
import { closestRule, simplestRules, type Point, type Rule } from './rule-search.ts';

/** A row with a verdict of pass or fail, and the rate of its cell. */
export interface RatedPoint extends Point {
  readonly rate: Rate | null;
}

/** What the rows of one scenario show. */
export type Outcome =
  /** No row has a verdict of pass or fail. */
  | { readonly type: 'unmeasured' }
  | { readonly type: 'everywhere' }
  | { readonly type: 'nowhere' }
  /** Rules that are equally simple: the facts that they are about cannot be told apart by these rows. */
  | {
      readonly type: 'separated';
      readonly rules: readonly [Rule, ...Rule[]];
      /** The same for the passing rows, about the facts of the first rule where there is such a one. */
      readonly passing: Rule | undefined;
    }
  /** No rule within the limits separates the rows; the closest one gets these wrong. */
  | { readonly type: 'mixed'; readonly closest: Rule; readonly exceptions: readonly Point[] };

export interface ScenarioAnalysis {
  readonly scenario: Report['scenarios'][number];
  /** In the order of rows. */
  readonly points: readonly RatedPoint[];
  /** Rows whose cell is neither pass nor fail, or whose facts are unknown. */
  readonly unmeasured: number;
  readonly outcome: Outcome;
  /** Number of rows in which each symptom was seen. */
  readonly symptoms: ReadonlyMap<string, number>;
}

/** What findings are computed from: a report, or what is kept of one. */
export interface Measured {
  readonly environments: readonly Omit<ReportEnvironment, 'image'>[];
  readonly scenarios: Report['scenarios'];
  readonly cells: readonly MeasuredCell[];
}

type MeasuredCell = Pick<Cell, 'environment' | 'scenario' | 'verdict'> &
  Partial<Pick<Cell, 'rate' | 'symptoms'>>;

/** By the cells of a report, so that each format need not search again. */
const known = new WeakMap<
  Measured['cells'],
  { readonly report: Measured; readonly analyses: readonly ScenarioAnalysis[] }
>();

/** The analysis of each scenario, controls included, in the order of the report; once for each report. */
export function analyseScenarios(report: Measured): readonly ScenarioAnalysis[] {
  const { environments, scenarios, cells } = report;
  const before = known.get(cells);
  if (before?.report.environments === environments && before.report.scenarios === scenarios)
    return before.analyses;
  const analyses = analyseAll(report);
  known.set(cells, { report: { environments, scenarios, cells }, analyses });
  return analyses;
}

/**
 * The places of the scenarios in a list of their analyses, for where not all of them can be shown: those
 * first in which rows differ most, then those with most failing rows, controls last.
 */
export function byWeight(analyses: readonly ScenarioAnalysis[]): readonly number[] {
  const weights = analyses.map(({ scenario, points }) => {
    const failing = points.filter(({ fails }) => fails).length;
    return isControl(scenario) ? [-1, 0] : [Math.min(failing, points.length - failing), failing];
  });
  const difference = (a: number, b: number, part: number) =>
    (weights[b]?.[part] ?? 0) - (weights[a]?.[part] ?? 0);
  return analyses
    .map((_, place) => place)
    .sort((a, b) => difference(a, b, 0) || difference(a, b, 1) || a - b);
}

function analyseAll(report: Measured): readonly ScenarioAnalysis[] {
  const rows = orderEnvironments(report.environments).map((environment) => ({
    id: environment.id,
    facts: rowFacts(environment),
  }));
  const cells = new Map(report.scenarios.map(({ id }) => [id, new Map<string, MeasuredCell>()]));
  for (const cell of report.cells) cells.get(cell.scenario)?.set(cell.environment, cell);
  return report.scenarios.map((scenario) =>
    analyse(scenario, rows, cells.get(scenario.id) ?? new Map<string, MeasuredCell>()),
  );
}

function analyse(
  scenario: Report['scenarios'][number],
  rows: readonly { readonly id: string; readonly facts: RowFacts | undefined }[],
  cells: ReadonlyMap<string, MeasuredCell>,
): ScenarioAnalysis {
  const points: RatedPoint[] = [];
  const symptoms = new Map<string, number>();
  for (const { id, facts } of rows) {
    const cell = cells.get(id);
    if (!facts || (cell?.verdict !== 'pass' && cell?.verdict !== 'fail')) continue;
    points.push({ id, facts, fails: cell.verdict === 'fail', rate: cell.rate ?? null });
    for (const [symptom, times] of Object.entries(cell.symptoms ?? {})) {
      if (times > 0) symptoms.set(symptom, (symptoms.get(symptom) ?? 0) + 1);
    }
  }
  const unmeasured = rows.length - points.length;
  return { scenario, points, unmeasured, outcome: outcomeOf(points), symptoms };
}

function outcomeOf(points: readonly Point[]): Outcome {
  const failing = points.filter(({ fails }) => fails).length;
  if (points.length === 0) return { type: 'unmeasured' };
  if (failing === 0) return { type: 'nowhere' };
  if (failing === points.length) return { type: 'everywhere' };
  const [first, ...others] = simplestRules(points);
  if (!first) {
    const closest = closestRule(points);
    return { type: 'mixed', ...closest };
  }
  const inverted = simplestRules(points.map((point) => ({ ...point, fails: !point.fails })));
  const about = factsOf(first);
  const passing = inverted.find((rule) => factsOf(rule) === about) ?? inverted[0];
  return { type: 'separated', rules: [first, ...others], passing };
}

/** The facts that a rule is about, as one text. */
function factsOf(rule: Rule): string {
  return [...new Set(rule.flat().map(({ fact }) => fact))].sort().join();
}
