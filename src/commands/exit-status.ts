/** A report -> the exit status of the command that made it. Pure. */
import type { Report } from '../model.ts';

export const EXIT = {
  asExpected: 0,
  unexpected: 1,
  usage: 2,
  notMeasured: 3,
  noEngine: 4,
  /** 128 + SIGINT, as a shell would say. */
  interrupted: 130,
} as const;

/**
 * The status of a run. A verdict that contradicts the expectation weighs more than a cell that could
 * not be measured, since it is a result; an interruption weighs more than either, since the rest is
 * not known.
 *
 * @param requireAll whether a skipped cell counts as one that could not be measured
 */
export function exitStatus(report: Report, requireAll: boolean): number {
  if (!report.run.complete) return EXIT.interrupted;
  const { unexpected, error, inconclusive, skipped } = report.summary;
  if (unexpected > 0) return EXIT.unexpected;
  if (error > 0 || inconclusive > 0 || (requireAll && skipped > 0)) return EXIT.notMeasured;
  return EXIT.asExpected;
}
