/** How many cells came out how, and which of them contradict what matrix.yaml expects. Pure. */
import type { Verdict } from '../model.ts';
import type { Cell, Report } from './schema.ts';

/** Whether a verdict shows something about the bug. */
export function isConclusive(
  verdict: Verdict | 'missing' | null | undefined,
): verdict is 'pass' | 'fail' {
  return verdict === 'pass' || verdict === 'fail';
}

/**
 * Whether a cell is conclusive and its verdict contradicts the expectation.
 *
 * An inconclusive, failed or skipped measurement shows nothing about the bug, so it contradicts
 * nothing. Such a cell counts as *not measured* (exit status 3), not as *unexpected* (exit status
 * 1).
 */
export function isUnexpected(cell: {
  verdict: Verdict | 'missing' | undefined;
  expected: Verdict | null;
}): boolean {
  return isConclusive(cell.verdict) && cell.expected !== null && cell.expected !== cell.verdict;
}

/** Counts cells by verdict, and those that {@link isUnexpected} names on top of that. */
export function summarise(cells: readonly Cell[]): Report['summary'] {
  const summary = { pass: 0, fail: 0, inconclusive: 0, error: 0, skipped: 0, unexpected: 0 };
  for (const cell of cells) {
    summary[cell.verdict] += 1;
    if (isUnexpected(cell)) summary.unexpected += 1;
  }
  return summary;
}
