/** Where each scenario fails, and which rules separate that from where it passes. Pure. */
import type { Cell, Rate, Report, ReportEnvironment } from '../report/schema.ts';
import { orderEnvironments } from '../report/order.ts';
import { isConclusive } from '../report/summary.ts';
import { isControl } from './control.ts';
import { FactIndex } from './rules/fact-index.ts';
import { FACTS, rowFactsOf, type RowFacts } from './rules/facts.ts';
import { closestRule, simplestRules } from './rules/rule-search.ts';
import type { Point, Rule } from './rules/rule.ts';
import { substitutesOf } from './rules/substitutes.ts';

/** A row with a verdict of pass or fail, and the rate of its cell. */
export interface RatedPoint extends Point {
  readonly rate: Rate | null;
}

/** The analysis of one scenario's rows. */
export type ScenarioOutcome =
  /** No row has a verdict of pass or fail. */
  | { readonly type: 'unmeasured' }
  | { readonly type: 'everywhere' }
  | { readonly type: 'nowhere' }
  /**
   * Rules that are equally simple, or that have another fact in place of a range of the first one: these
   * rows cannot distinguish their facts.
   */
  | {
      readonly type: 'separated';
      readonly rules: readonly [Rule, ...Rule[]];
      /** The same for the passing rows, about the facts of the first rule; undefined if none is short. */
      readonly passing: Rule | undefined;
    }
  /** No rule within the limits separates the rows; these contradict the closest one. */
  | {
      readonly type: 'mixed';
      readonly closest: Rule;
      readonly exceptions: readonly Point[];
      /** A failing and a passing row of which all facts are the same, if there are two. */
      readonly alike: readonly [fails: Point, passes: Point] | undefined;
    };

export interface ScenarioAnalysis {
  readonly scenario: Report['scenarios'][number];
  /** In the order of rows. */
  readonly points: readonly RatedPoint[];
  /** Ids of the rows whose cell is neither pass nor fail. */
  readonly undecided: readonly string[];
  /** Ids of the others whose facts are unknown. */
  readonly unknown: readonly string[];
  readonly outcome: ScenarioOutcome;
  /** The facts of all rows of the report, for more searches. */
  readonly index: FactIndex;
  /** Number of rows in which each symptom was seen. */
  readonly symptoms: ReadonlyMap<string, number>;
}

/** The input of findings: a report, or a record of one. */
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
    facts: rowFactsOf(environment),
  }));
  const index = new FactIndex(rows.flatMap(({ facts }) => facts ?? []));
  const cells = new Map(report.scenarios.map(({ id }) => [id, new Map<string, MeasuredCell>()]));
  for (const cell of report.cells) cells.get(cell.scenario)?.set(cell.environment, cell);
  return report.scenarios.map((scenario) =>
    analyse(scenario, rows, cells.get(scenario.id) ?? new Map<string, MeasuredCell>(), index),
  );
}

function analyse(
  scenario: Report['scenarios'][number],
  rows: readonly { readonly id: string; readonly facts: RowFacts | undefined }[],
  cells: ReadonlyMap<string, MeasuredCell>,
  index: FactIndex,
): ScenarioAnalysis {
  const points: RatedPoint[] = [];
  const symptoms = new Map<string, number>();
  for (const { id, facts } of rows) {
    const cell = cells.get(id);
    if (!facts || !cell || !isConclusive(cell.verdict)) continue;
    points.push({ id, facts, fails: cell.verdict === 'fail', rate: cell.rate ?? null });
    for (const [symptom, times] of Object.entries(cell.symptoms ?? {})) {
      if (times > 0) symptoms.set(symptom, (symptoms.get(symptom) ?? 0) + 1);
    }
  }
  const undecided = rows.flatMap(({ id }) => (isConclusive(cells.get(id)?.verdict) ? [] : [id]));
  const unknown = rows.flatMap(({ id, facts }) => (facts || undecided.includes(id) ? [] : [id]));
  return {
    scenario,
    points,
    undecided,
    unknown,
    outcome: outcomeOf(points, index),
    index,
    symptoms,
  };
}

function outcomeOf(points: readonly Point[], index: FactIndex): ScenarioOutcome {
  const failing = points.filter(({ fails }) => fails).length;
  if (points.length === 0) return { type: 'unmeasured' };
  if (failing === 0) return { type: 'nowhere' };
  if (failing === points.length) return { type: 'everywhere' };
  const rules = simplestRules(points, { index });
  const [simplest] = rules;
  if (!simplest)
    return { type: 'mixed', ...closestRule(points, { index }), alike: alikeRows(points, index) };
  const sides = rules.map((rule) => ({ rule, passing: passingRule(rule, points, index) }));
  // A distribution is a name for what it packages, and a rule that is short from both sides reads best.
  const orderOf = ({ rule, passing }: (typeof sides)[number]) =>
    (rule.flat().some(({ fact }) => fact === 'distribution') ? 100 : 0) + (passing?.length ?? 10);
  const [first] = sides.sort((a, b) => orderOf(a) - orderOf(b));
  const chosen = first?.rule ?? simplest;
  const others = rules.filter((rule) => rule !== chosen);
  return {
    type: 'separated',
    rules: [chosen, ...(others.length > 0 ? others : substitutesOf(chosen, points))],
    passing: first?.passing,
  };
}

/** The simplest rule for where the others pass that is about the same facts. */
function passingRule(rule: Rule, points: readonly Point[], index: FactIndex): Rule | undefined {
  const about = new Set(rule.flat().map(({ fact }) => fact));
  const inverted = points.map((point) => ({ ...point, fails: !point.fails }));
  return simplestRules(inverted, { index, facts: FACTS.filter((fact) => about.has(fact)) })[0];
}

function alikeRows(
  points: readonly Point[],
  index: FactIndex,
): readonly [Point, Point] | undefined {
  const classes = index.classesBy(FACTS);
  const passing = new Map<number | undefined, Point>();
  const classOf = ({ facts }: Point) => classes[index.rowOf(facts)];
  for (const point of points) {
    if (!point.fails && !passing.has(classOf(point))) passing.set(classOf(point), point);
  }
  for (const point of points) {
    const alike = point.fails ? passing.get(classOf(point)) : undefined;
    if (alike) return [point, alike];
  }
  return undefined;
}
