/**
 * What report.html carries for its script: the table column by column, each text once, so that 80,000
 * cells stay small. Pure.
 */
import type { Cell, Report, ReportEnvironment, Verdict } from '../../model.ts';
import { placeOf } from '../../analysis/axes.ts';
import { gridOf } from '../../report/grid.ts';
import { compareEnvironments, compareLibcs, comparePythons } from '../../report/order.ts';
import { isUnexpected } from '../../report/summary.ts';
import { shortened, visibleLine } from '../../text/visible-text.ts';
import { compareText } from '../../text/version-order.ts';
import { distroText, libcText, pythonText } from '../../report/facts-text.ts';

/** Facts of a row, each a place in {@link PageData.strings}; 0 is the empty text. */
export type FactName =
  | 'id'
  | 'python'
  | 'pythonLine'
  | 'pythonVersion'
  | 'build'
  | 'libc'
  | 'libcLine'
  | 'libcVersion'
  | 'package'
  | 'distro'
  | 'shell'
  | 'imageId'
  | 'fingerprint'
  | 'source';

/**
 * The page's data. A cell's place is `row * columns.length + column`; the lists below `verdicts` hold
 * one entry a cell, 0 where there is nothing to say.
 */
export interface PageData {
  /** Every text once; the first is empty. Their only control characters are the marks of `rerun`. */
  readonly strings: readonly string[];
  readonly rows: number;
  readonly facts: Readonly<Record<FactName, readonly number[]>>;
  /** Rows in the order of Python instead of that of the C library. */
  readonly byPython: readonly number[];
  readonly columns: readonly {
    readonly id: string;
    /** The id in two lines for the head of the column: `add` above `os.system`. */
    readonly top: string;
    readonly name: string;
  }[];
  /** A letter a cell: first letters of the verdicts, and `m` for a missing cell. */
  readonly verdicts: string;
  /** What was expected, `.` where nothing was. */
  readonly expected: string;
  /** The verdicts of the report that this one is compared with, `.` where it has no such place; empty without one. */
  readonly before: string;
  /** `1` where the verdict contradicts what was expected. */
  readonly unexpected: string;
  readonly trials: readonly number[];
  readonly calls: readonly number[];
  readonly exposed: readonly number[];
  readonly failures: readonly number[];
  /** The interval of the rate, for cells with failures. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly bound: readonly number[];
  /** Seconds. */
  readonly first: readonly number[];
  readonly seconds: readonly number[];
  readonly reason: readonly number[];
  /** Holds {@link ENVIRONMENT_MARK} and {@link SCENARIO_MARK} in place of the ids. */
  readonly rerun: readonly number[];
  /** A text where all failures have this one symptom; otherwise texts and counts in turn. */
  readonly symptoms: readonly (number | readonly number[])[];
  /** Texts; a negative number last is how many lines were left out. */
  readonly evidence: readonly (0 | readonly number[])[];
  /** In words, such as `99 %`. */
  readonly confidence: string;
}

/** Stand for the ids in a command, so that commands that differ in nothing else are one text. */
export const ENVIRONMENT_MARK = '\u0001';
export const SCENARIO_MARK = '\u0002';

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
export function pageData(
  report: Report,
  baseline?: Report,
  mostEvidence = MOST_EVIDENCE,
): PageData {
  const grid = gridOf(report);
  const strings = new Strings();
  const cells = grid.rows.flatMap((row) => row.cells);
  const environments = grid.rows.map(({ environment }) => environment);
  const facts = factsOf(environments, strings);
  const byPython = environments.map((_, y) => y).sort(pythonFirst(environments));
  const before = baseline ? beforeOf(grid.columns, environments, baseline) : '';
  const reason = cells.map((cell) => strings.place(shortened(cell?.reason ?? '', LONGEST_LINE)));
  const rerun = cells.map((cell) => (cell ? strings.keep(commandOf(cell)) : 0));
  const symptoms = cells.map((cell) => symptomsOf(cell, strings));
  const evidence = evidenceOf(cells, strings, mostEvidence);
  return {
    rows: environments.length,
    facts,
    byPython,
    columns: grid.columns.map(({ id }) => {
      const slash = id.indexOf('/');
      const [top, name] = slash < 0 ? ['', id] : [id.slice(0, slash), id.slice(slash + 1)];
      return { id: visibleLine(id), top: visibleLine(top), name: visibleLine(name) };
    }),
    verdicts: cells.map((cell) => letter(cell?.verdict)).join(''),
    expected: cells.map((cell) => (cell?.expected ? letter(cell.expected) : '.')).join(''),
    before,
    unexpected: cells.map((cell) => (cell && isUnexpected(cell) ? '1' : '0')).join(''),
    trials: figures(cells, ({ trials }) => trials),
    calls: figures(cells, ({ calls }) => calls),
    exposed: figures(cells, ({ exposed }) => exposed),
    failures: figures(cells, ({ failures }) => failures),
    low: figures(cells, ({ failures, rate }) => (failures > 0 ? rate?.low : 0)),
    high: figures(cells, ({ failures, rate }) => (failures > 0 ? rate?.high : 0)),
    bound: figures(cells, ({ bound }) => bound),
    first: figures(cells, ({ firstFailureSeconds }) => firstFailureSeconds),
    seconds: figures(cells, ({ seconds }) => seconds),
    reason,
    rerun,
    symptoms,
    evidence,
    confidence: `${round(report.run.rule.confidence * 100)} %`,
    strings: strings.all,
  };
}

/** A figure of each cell; 0 where there is no cell or no figure. */
function figures(
  cells: readonly (Cell | undefined)[],
  figureOf: (cell: Cell) => number | undefined,
): number[] {
  return cells.map((cell) => (cell ? round(figureOf(cell) ?? 0) : 0));
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

function letter(verdict: Verdict | undefined): string {
  return verdict === undefined ? 'm' : verdict.charAt(0);
}

/** Four significant digits: more than a page shows, and short in JSON. */
function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function factsOf(environments: readonly ReportEnvironment[], strings: Strings): PageData['facts'] {
  const each = (fact: (environment: ReportEnvironment) => string | undefined) =>
    environments.map((environment) => strings.place(fact(environment) ?? ''));
  return {
    id: each(({ id }) => id),
    python: each(pythonText),
    pythonLine: each((environment) => placeOf(environment)?.python.line),
    pythonVersion: each((environment) => placeOf(environment)?.python.version),
    build: each(({ python }) => python?.build),
    libc: each(libcText),
    libcLine: each((environment) => placeOf(environment)?.libc.line),
    libcVersion: each((environment) => placeOf(environment)?.libc.version),
    package: each(({ libc }) => libc?.package),
    distro: each(distroText),
    shell: each(({ shell }) => shell),
    imageId: each(({ image }) => image?.id),
    fingerprint: each(({ image }) => image?.fingerprint),
    source: each(({ image }) => image?.source),
  };
}

function pythonFirst(environments: readonly ReportEnvironment[]) {
  return (a: number, b: number) => {
    const [left, right] = [environments[a], environments[b]];
    if (!left || !right) return 0;
    return (
      Number(left.python === undefined) - Number(right.python === undefined) ||
      comparePythons(left.python, right.python) ||
      compareText(placeOf(left)?.python.line ?? '', placeOf(right)?.python.line ?? '') ||
      compareLibcs(left.libc, right.libc) ||
      compareEnvironments(left, right)
    );
  };
}

function beforeOf(
  columns: Report['scenarios'],
  environments: readonly ReportEnvironment[],
  baseline: Report,
): string {
  const verdicts = new Map(
    baseline.cells.map((cell) => [`${cell.environment}\n${cell.scenario}`, cell.verdict]),
  );
  return environments
    .flatMap((environment) =>
      columns.map((column) => {
        const verdict = verdicts.get(`${environment.id}\n${column.id}`);
        return verdict === undefined ? '.' : letter(verdict);
      }),
    )
    .join('');
}

/** A command without its ids; after it has been made visible the two marks can only be ours. */
function commandOf({ environment, scenario, rerun }: Cell): string {
  return visibleLine(shortened(rerun, LONGEST_LINE))
    .replaceAll(visibleLine(environment), ENVIRONMENT_MARK)
    .replaceAll(visibleLine(scenario), SCENARIO_MARK);
}

function symptomsOf(cell: Cell | undefined, strings: Strings): number | readonly number[] {
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
      // A text that is there already costs nothing.
      if (strings.all.length > before) left -= line.length;
    }
  }
  return kept.map((lines, index) => {
    const missing = (cells[index]?.evidence.length ?? 0) - lines.length;
    if (missing > 0) return [...lines, -missing];
    return lines.length === 0 ? 0 : lines;
  });
}
