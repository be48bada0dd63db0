/** The data of report.html for its script, and how a cell is read from it. Pure. */
import type { Symptom, Verdict } from '../../../model.ts';
import type { Cell } from '../../../report/schema.ts';
import { SYMBOLS, type CellFigures, type PlaceVerdict } from '../../../report/cell-text.ts';
import type { Place } from '../../../report/row-place.ts';
import type { FactName } from './row-facts.ts';

/** Figures and texts of a cell; texts are places in {@link PageData.strings}. */
type CellFact =
  | 'trials'
  | 'calls'
  | 'exposed'
  | 'failures'
  /** The interval of the rate, for cells with failures. */
  | 'low'
  | 'high'
  | 'bound'
  /** Seconds. */
  | 'first'
  | 'seconds'
  | 'reason'
  /** Holds {@link ENVIRONMENT_MARK} and {@link SCENARIO_MARK} in place of the ids. */
  | 'rerun';

/**
 * The page's data. A cell's place is `row * columns.length + column`; the lists below `verdicts` hold
 * one entry a cell, 0 if there is none.
 */
export interface PageData extends Readonly<Record<CellFact, readonly number[]>> {
  /** Every text once; the first is empty. Their only control characters are the marks of `rerun`. */
  readonly strings: readonly string[];
  readonly rows: number;
  /** Facts of the rows, each a place in `strings`; 0 is the empty text. */
  readonly facts: Readonly<Record<FactName, readonly number[]>>;
  /** Rows in the order of Python instead of that of the C library. */
  readonly byPython: readonly number[];
  readonly columns: readonly {
    readonly id: string;
    /** The id in two lines for the head of the column: `add` above `os.system`. */
    readonly top: string;
    readonly name: string;
    /** The launcher's mechanism; empty if the report does not state it. */
    readonly mechanism: string;
  }[];
  /** A letter a cell: first letters of the verdicts, and `m` for a missing cell. */
  readonly verdicts: string;
  /** The expected verdict, `.` if there is none. */
  readonly expected: string;
  /** The verdicts of the report that this one is compared with, `.` where it has no such place; empty without one. */
  readonly before: string;
  /** `1` if the verdict is unexpected. */
  readonly unexpected: string;
  /** Where each cell lies beside its scenario's rule, a letter of analysis/edges.ts each. */
  readonly sides: string;
  /** A text where all failures have this one symptom; otherwise texts and counts in turn. */
  readonly symptoms: readonly (number | readonly number[])[];
  /** Texts; a negative number last is how many lines were left out. */
  readonly evidence: readonly (0 | readonly number[])[];
  /** In words, such as `99 %`. */
  readonly confidence: string;
  /** The meaning of `exposed`, in words. */
  readonly counted: string;
}

/**
 * Stand for the ids in a command, so that commands that differ in nothing else are one text. No literals:
 * the bundler would write the control characters themselves into the page.
 */
export const ENVIRONMENT_MARK = String.fromCharCode(1);
export const SCENARIO_MARK = String.fromCharCode(2);

const VERDICTS = Object.keys(SYMBOLS) as PlaceVerdict[];

/** The letter of a verdict in {@link PageData} and in names of classes; `m` for a missing cell. */
export function letterOf(verdict: PlaceVerdict = 'missing'): string {
  return verdict.charAt(0);
}

const BY_LETTER = new Map(VERDICTS.map((verdict) => [letterOf(verdict), verdict]));

/** The verdict that a list of letters has for a cell; undefined if it has none. */
export function verdictAt(letters: string, cell: number): PlaceVerdict | undefined {
  return BY_LETTER.get(letters.charAt(cell));
}

export function textAt(data: PageData, place = 0): string {
  return data.strings[place] ?? '';
}

/** A row's fact as text; empty where it is not known. */
export function factOf(data: PageData, row: number, name: FactName): string {
  return textAt(data, data.facts[name][row]);
}

/** A row's place on both axes. */
export function placeInPage(data: PageData, row: number): Place {
  const fact = (name: FactName) => factOf(data, row, name);
  return {
    libc: { line: fact('libcLine'), version: fact('libcVersion') },
    python: { line: fact('pythonLine'), version: fact('pythonVersion') },
  };
}

/** The visible parts of a cell in the table. */
export interface PageCell extends CellFigures {
  readonly symptoms: Cell['symptoms'];
  /** Its verdict in the report that this one is compared with, if that was another one. */
  readonly before: PlaceVerdict | undefined;
}

/** How often each symptom was seen in a cell. */
function symptomsAt(data: PageData, cell: number): Cell['symptoms'] {
  const seen = data.symptoms[cell] ?? 0;
  const nameAt = (place?: number) => textAt(data, place) as Symptom;
  if (typeof seen === 'number') {
    return seen === 0 ? {} : { [nameAt(seen)]: data.failures[cell] ?? 0 };
  }
  const pairs: [Symptom, number][] = [];
  for (let index = 0; index < seen.length; index += 2) {
    pairs.push([nameAt(seen[index]), seen[index + 1] ?? 0]);
  }
  return Object.fromEntries(pairs);
}

export function cellAt(data: PageData, cell: number): PageCell {
  const verdict = verdictAt(data.verdicts, cell) ?? 'missing';
  const before = verdictAt(data.before, cell);
  const figure = (name: 'exposed' | 'failures' | 'low' | 'high' | 'bound') => data[name][cell] ?? 0;
  const [failures, exposed] = [figure('failures'), figure('exposed')];
  return {
    verdict,
    symptoms: symptomsAt(data, cell),
    expected: (verdictAt(data.expected, cell) as Verdict | undefined) ?? null,
    exposed,
    failures,
    rate:
      failures > 0 ? { value: failures / exposed, low: figure('low'), high: figure('high') } : null,
    bound: figure('bound') || undefined,
    before: before === verdict ? undefined : before,
  };
}
