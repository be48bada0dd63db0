/**
 * The data of report.html for its script: the table column by column, each text once, so that
 * 80,000 cells stay small. Pure.
 */
import type { Cell, Report, ReportEnvironment } from '../../report/schema.ts';
import { NO_SIDE, ruleSides } from '../../analysis/edges.ts';
import { analyseScenarios } from '../../analysis/scenario-analysis.ts';
import { gridOf, headLines, type Grid } from '../../report/grid.ts';
import { compareEnvironments, compareLibcs, comparePythons } from '../../report/order.ts';
import { isUnexpected } from '../../report/summary.ts';
import { shortened, visibleLine } from '../../text/visible-text.ts';
import { compareText } from '../../text/version-order.ts';
import { ENVIRONMENT_MARK, letterOf, SCENARIO_MARK, type PageData } from './page/page-data.ts';
import { ROW_FACTS, type FactName } from './page/row-facts.ts';
import { placeOf } from '../../report/row-place.ts';

/** Characters of evidence that a page carries; what is beyond that is in report.json. */
const MOST_EVIDENCE = 4_000_000;
const LONGEST_LINE = 2_000;

/**
 * Puts a report into the page's form.
 *
 * @param baseline the report that the page marks changes against, if any
 * @param mostEvidence characters of evidence to carry; lines beyond that are counted, and first lines
 *   of all cells go before second lines of any
 */
export function pageDataOf(
  report: Report,
  baseline?: Report,
  mostEvidence = MOST_EVIDENCE,
): PageData {
  const grid = gridOf(report);
  const strings = new Strings();
  const cells = cellsOf(grid);
  const environments = grid.rows.map(({ environment }) => environment);
  const byPython = [...environments.entries()]
    .sort(([, a], [, b]) => comparePythonFirst(a, b))
    .map(([y]) => y);
  // Its cells in the places of this report's; empty if there is none.
  const before = baseline ? cellsOf(gridOf({ ...report, cells: baseline.cells })) : [];
  return {
    rows: environments.length,
    facts: factsOf(environments, strings),
    byPython,
    columns: grid.columns.map(({ id, mechanism = '' }) => {
      const [top, name] = headLines(id).map(visibleLine);
      return {
        id: visibleLine(id),
        top: top ?? '',
        name: name ?? '',
        mechanism: visibleLine(mechanism),
      };
    }),
    verdicts: cells.map((cell) => letterOf(cell?.verdict)).join(''),
    expected: cells.map((cell) => (cell?.expected ? letterOf(cell.expected) : '.')).join(''),
    before: before.map((cell) => (cell ? letterOf(cell.verdict) : '.')).join(''),
    unexpected: cells.map((cell) => (cell && isUnexpected(cell) ? '1' : '0')).join(''),
    sides: sidesOf(report, grid),
    trials: figures(cells, ({ trials }) => trials),
    calls: figures(cells, ({ calls }) => calls),
    exposed: figures(cells, ({ exposed }) => exposed),
    failures: figures(cells, ({ failures }) => failures),
    low: figures(cells, ({ failures, rate }) => (failures > 0 ? rate?.low : 0), 'down'),
    high: figures(cells, ({ failures, rate }) => (failures > 0 ? rate?.high : 0), 'up'),
    bound: figures(cells, ({ bound }) => bound, 'up'),
    first: figures(cells, ({ firstFailureSeconds }) => firstFailureSeconds),
    seconds: figures(cells, ({ seconds }) => seconds),
    reason: cells.map((cell) => strings.place(shortened(cell?.reason ?? '', LONGEST_LINE))),
    rerun: cells.map((cell) => (cell ? strings.keep(commandOf(cell)) : 0)),
    symptoms: cells.map((cell) => symptomData(cell, strings)),
    evidence: evidenceOf(cells, strings, mostEvidence),
    confidence: `${round(report.run.rule.confidence * 100)} %`,
    counted: report.run.counts ?? 'exposed calls',
    strings: strings.all,
  };
}

function cellsOf({ rows }: Grid): readonly (Cell | undefined)[] {
  return rows.flatMap(({ cells }) => cells);
}

function sidesOf(report: Report, { rows }: Grid): string {
  const sides = analyseScenarios(report).map(ruleSides);
  return rows
    .flatMap(({ environment }) => sides.map((own) => own.get(environment.id) ?? NO_SIDE))
    .join('');
}

/** A figure of each cell; 0 if there is no cell or no figure. */
function figures(
  cells: readonly (Cell | undefined)[],
  figureOf: (cell: Cell) => number | undefined,
  rounding?: 'up' | 'down',
): number[] {
  return cells.map((cell) => (cell ? round(figureOf(cell) ?? 0, rounding) : 0));
}

/** Texts by their place; the same text has the same place. */
class Strings {
  readonly all = [''];
  readonly #places = new Map([['', 0]]);

  /** The place of a text of others, which is made visible first. */
  place(text: string): number {
    return this.keep(visibleLine(text));
  }

  /** The place of a text that is to stay as it is. */
  keep(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

/**
 * Four significant digits: more than a page shows, and short in JSON. The page rounds bounds once more, and
 * that must not begin on the wrong side of a number.
 */
function round(value: number, rounding: 'nearest' | 'up' | 'down' = 'nearest'): number {
  if (Number.isInteger(value)) return value;
  const short = (number: number) => Number(number.toPrecision(4));
  const nearest = short(value);
  const digit = 10 ** (Math.floor(Math.log10(value)) - 3);
  // As much as percent() allows for what calculating has added.
  const noise = value * 1e-9;
  if (rounding === 'up' && nearest < value - noise) return short(nearest + digit);
  if (rounding === 'down' && nearest > value + noise) return short(nearest - digit);
  return nearest;
}

function factsOf(environments: readonly ReportEnvironment[], strings: Strings): PageData['facts'] {
  return Object.fromEntries(
    Object.entries(ROW_FACTS).map(([name, textOf]) => [
      name,
      environments.map((environment) => strings.place(textOf(environment) ?? '')),
    ]),
  ) as Record<FactName, number[]>;
}

function comparePythonFirst(a: ReportEnvironment, b: ReportEnvironment): number {
  return (
    Number(a.python === undefined) - Number(b.python === undefined) ||
    comparePythons(a.python, b.python) ||
    compareText(placeOf(a)?.python.line ?? '', placeOf(b)?.python.line ?? '') ||
    compareLibcs(a.libc, b.libc) ||
    compareEnvironments(a, b)
  );
}

/** A command without its ids; after it has been made visible the two marks can only be ours. */
function commandOf({ environment, scenario, rerun }: Cell): string {
  return visibleLine(shortened(rerun, LONGEST_LINE))
    .replaceAll(visibleLine(environment), ENVIRONMENT_MARK)
    .replaceAll(visibleLine(scenario), SCENARIO_MARK);
}

function symptomData(cell: Cell | undefined, strings: Strings): number | readonly number[] {
  const seen = Object.entries(cell?.symptoms ?? {}).filter(([, times]) => times > 0);
  const [only] = seen;
  if (!only) return 0;
  if (seen.length === 1 && only[1] === cell?.failures) return strings.place(only[0]);
  return seen.flatMap(([symptom, times]) => [strings.place(symptom), times]);
}

/** Line by line over all cells, so that a limit takes from each cell before it takes all from some. */
function evidenceOf(
  cells: readonly (Cell | undefined)[],
  strings: Strings,
  most: number,
): PageData['evidence'] {
  const kept = cells.map((): number[] => []);
  let left = most;
  const deepest = cells.reduce((depth, cell) => Math.max(depth, cell?.evidence.length ?? 0), 0);
  for (let depth = 0; depth < deepest; depth += 1) {
    for (const [index, cell] of cells.entries()) {
      const line = cell?.evidence[depth];
      if (line === undefined || left <= 0) continue;
      const before = strings.all.length;
      kept[index]?.push(strings.place(shortened(line, LONGEST_LINE)));
      // A text that exists already costs nothing.
      if (strings.all.length > before) left -= line.length;
    }
  }
  return kept.map((lines, index) => {
    const missing = (cells[index]?.evidence.length ?? 0) - lines.length;
    if (missing > 0) return [...lines, -missing];
    return lines.length === 0 ? 0 : lines;
  });
}
