/** A report -> the exit status of the command that made it. Pure. */
import type { Report } from '../report/schema.ts';
import { readFailOn } from './fail-on.ts';

export const EXIT = {
  asExpected: 0,
  unexpected: 1,
  usage: 2,
  notMeasured: 3,
  noEngine: 4,
  /** EX_SOFTWARE of sysexits.h(3) */
  bug: 70,
  /** 128 + SIGINT, as in a shell. */
  interrupted: 130,
} as const;

/** The inputs of the decision besides the report. */
export interface StatusOptions {
  /** Whether a skipped cell, or a row that was left out, counts as one that could not be measured. */
  readonly requireAll?: boolean | undefined;
  /** `--fail-on`: what else than an interruption or a missing shard is not to end with 0. */
  readonly failOn?: readonly string[] | undefined;
}

/**
 * The status of a run. A verdict that contradicts the expectation weighs more than a cell that could
 * not be measured, since it is a result; an interruption weighs more than either, since the rest is
 * not known. Of a report that was put together, a part that is missing or was interrupted is one that
 * could not be measured, whatever else is asked.
 */
export function exitStatus({ run, summary }: Report, options: StatusOptions): number {
  if (!run.complete && !run.merged) return EXIT.interrupted;
  const failOn = readFailOn(options.failOn ?? ['unexpected', 'error', 'inconclusive']);
  const leftOut = run.leftOut?.length ?? 0;
  const counts = (options.requireAll === true ? [...failOn, 'skipped' as const] : failOn).filter(
    (what) => summary[what] > 0 || (what === 'skipped' && leftOut > 0),
  );
  if (counts.includes('unexpected')) return EXIT.unexpected;
  if (counts.length > 0 || !run.complete || (run.merged?.missing.length ?? 0) > 0) {
    return EXIT.notMeasured;
  }
  return EXIT.asExpected;
}
