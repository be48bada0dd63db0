/** A cell in a few characters, the same in every format: a symbol, `k/n`, and the rate or its bound. Pure. */
import { SYMPTOMS, type Symptom, type Verdict } from '../model.ts';
import type { Cell } from './schema.ts';
import { isUnexpected } from './summary.ts';

/** The content of a place in the table: `missing` if the report has no cell for it. */
export type PlaceVerdict = Verdict | 'missing';

/** A symbol for each verdict, so that no format depends on colour. */
export const SYMBOLS: Readonly<Record<PlaceVerdict, string>> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  error: '!',
  skipped: '–',
  missing: '∅',
};

/** A letter for a symptom, after the symbol of a failing cell. */
export const SYMPTOM_MARKS: Readonly<Record<Symptom, string>> = {
  'spawn-error': 's',
  'damaged-environment': 'e',
  exception: 'x',
  crash: 'c',
  hang: 'h',
  // A reproduction of the user's own has one kind of failure.
  reproduced: '',
};

/** The known parts of a cell at a place in the table. */
export interface CellFigures extends Pick<Cell, 'expected' | 'exposed' | 'failures' | 'rate'> {
  readonly verdict: PlaceVerdict;
  /** Failed calls by symptom. */
  readonly symptoms?: Cell['symptoms'] | undefined;
  readonly bound?: number | undefined;
}

/** The symptoms of a cell, the most frequent first. */
export function symptomsOf({ symptoms = {} }: Pick<CellFigures, 'symptoms'>): readonly Symptom[] {
  return SYMPTOMS.filter((symptom) => (symptoms[symptom] ?? 0) > 0).sort(
    (a, b) => (symptoms[b] ?? 0) - (symptoms[a] ?? 0),
  );
}

/**
 * The symbol of a cell, behind it for a failing one what its failed calls were, the most frequent
 * first: `✓`, `✗s`, `✗se`.
 */
export function markOf(cell: Pick<CellFigures, 'verdict' | 'symptoms'>): string {
  const kinds = cell.verdict === 'fail' ? symptomsOf(cell) : [];
  return SYMBOLS[cell.verdict] + kinds.map((symptom) => SYMPTOM_MARKS[symptom]).join('');
}

/** Which way to round: a bound is rounded up, so that the text never promises more than was measured. */
type Rounding = 'nearest' | 'up' | 'down';

/**
 * A rate as a percentage with two significant digits: `26 %`, `2.6 %`, `0.10 %`.
 *
 * @param rate 0…1
 * @returns `> 99 %` for a rate below 1 that would otherwise read `100 %`, when rounding to nearest
 */
export function percent(rate: number, rounding: Rounding = 'nearest'): string {
  if (rate <= 0) return '0 %';
  const value = Math.max(rate, SMALLEST) * 100;
  const scale = 10 ** (1 - Math.floor(Math.log10(value)));
  // Without the allowance 0.1 would become 0.11 upwards, because 0.001 * 100 is a little more than 0.1.
  const round = { nearest: Math.round, up: ceilAlmost, down: floorAlmost }[rounding];
  const rounded = round(value * scale) / scale;
  if (rounding === 'nearest' && rounded >= 100 && rate < 1) return '> 99 %';
  // Rounding may have added a digit in front: 0.0996 became 0.10.
  const digits = 1 - Math.floor(Math.log10(rounded) + 1e-12);
  return `${rounded.toFixed(Math.max(0, digits))} %`;
}

/** Below this, powers of ten leave the range of numbers; no count of calls comes near it. */
const SMALLEST = 1e-15;
const ALLOWANCE = 1e-9;
const ceilAlmost = (value: number) => Math.ceil(value - value * ALLOWANCE);
const floorAlmost = (value: number) => Math.floor(value + value * ALLOWANCE);

/** The upper bound of a rate: `≤ 0.10 %`. */
export function boundText(bound: number): string {
  return `≤ ${percent(bound, 'up')}`;
}

/**
 * Failures of exposed calls, such as `312/1204`.
 *
 * @returns undefined if no call was exposed, or if the counts mean nothing for this verdict
 */
export function countText(cell: CellFigures): string | undefined {
  const counts = ['pass', 'fail', 'inconclusive'].includes(cell.verdict) && cell.exposed > 0;
  return counts ? `${cell.failures}/${cell.exposed}` : undefined;
}

/**
 * How often: the rate of a cell with failures, the bound of one without.
 *
 * @returns undefined where {@link countText} is
 */
export function rateText(cell: CellFigures): string | undefined {
  if (countText(cell) === undefined) return undefined;
  if (cell.failures > 0) return cell.rate ? percent(cell.rate.value) : undefined;
  return cell.bound === undefined ? undefined : boundText(cell.bound);
}

/** `≠ pass` where the verdict contradicts what was expected; otherwise undefined. */
export function expectationText(cell: CellFigures): string | undefined {
  return isUnexpected(cell) && cell.expected !== null ? `≠ ${cell.expected}` : undefined;
}

/**
 * A cell for a table of text: `✗s 312/1204 (26 %)`, `✓ 0/4603 (≤ 0.10 %)`, `? 0/900 (≤ 0.51 %)`,
 * `! error`, `– skipped`, with `≠ pass` behind it where something else was expected.
 *
 * @param cell undefined for a place that the report has no cell for, which reads `∅ missing`
 */
export function cellText(cell: Cell | undefined): string {
  if (!cell) return `${SYMBOLS.missing} missing`;
  const rate = rateText(cell);
  return [
    markOf(cell),
    countText(cell) ?? cell.verdict,
    rate === undefined ? undefined : `(${rate})`,
    expectationText(cell),
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
