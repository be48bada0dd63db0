/** Observations -> verdict: the stopping rule. Pure functions, no clock and no engine. */
import type { StoppingRule, Verdict } from '../model.ts';
import type { Observation } from './observation.ts';
import { callsForBound, upperBoundWithoutFailure } from './bounds.ts';
import { tally } from './tally.ts';

/** The state of a cell's control when the cell is judged. */
export type ControlState =
  /** The cell is itself a control, or its reproduction has none. */
  | { readonly type: 'none' }
  /** The control passed. */
  | { readonly type: 'clean' }
  /** The control failed, was inconclusive or was not measured, so the cell means nothing. */
  | { readonly type: 'unusable'; readonly verdict: Verdict; readonly reason: string };

/** The next action for a cell. */
export type Decision =
  | {
      readonly type: 'continue';
      /** Exposed calls without a failure that are still missing for a pass. */
      readonly missing: number;
      /** Seconds of trials that are left of the budget. */
      readonly seconds: number;
    }
  | { readonly type: 'stop'; readonly verdict: Verdict; readonly reason?: string };

/**
 * Decides a cell from all of its observations so far.
 *
 * The order of the checks prevents an error from looking like a result: first whether the control
 * allows any conclusion, then whether any trial had a problem, then the failures.
 *
 * @returns `stop` with `pass` only if every trial ran to its end without a failure and the bound is
 *   at most `rule.maxRate`; `skipped`, `error` and `inconclusive` always come with a reason
 */
export function decide(
  rule: StoppingRule,
  observations: readonly Observation[],
  control: ControlState,
): Decision {
  if (control.type === 'unusable') {
    if (control.verdict === 'skipped') {
      return { type: 'stop', verdict: 'skipped', reason: control.reason };
    }
    return {
      type: 'stop',
      verdict: control.verdict === 'inconclusive' ? 'inconclusive' : 'error',
      reason: `the control did not pass, so this cell proves nothing: ${control.reason}`,
    };
  }
  const unsupported = observations.find((observation) => observation.type === 'unsupported');
  if (unsupported) return { type: 'stop', verdict: 'skipped', reason: unsupported.reason };
  const problem = observations.find((observation) => observation.type === 'problem');
  if (problem) return { type: 'stop', verdict: 'error', reason: problem.reason };

  const sum = tally(observations);
  if (sum.failures > 0) return { type: 'stop', verdict: 'fail' };
  const needed = callsForBound(rule.confidence, rule.maxRate);
  if (sum.exposed >= needed) return { type: 'stop', verdict: 'pass' };
  const seconds = rule.budgetSeconds - sum.seconds;
  if (seconds <= 0) {
    const bound = upperBoundWithoutFailure(sum.exposed, rule.confidence);
    return {
      type: 'stop',
      verdict: 'inconclusive',
      reason:
        `only ${sum.exposed} exposed calls without a failure, but a pass needs ${needed}: ` +
        `the rate may still be as high as ${roundedPercent(bound)} (budget ${rule.budgetSeconds} s)`,
    };
  }
  return { type: 'continue', missing: needed - sum.exposed, seconds };
}

function roundedPercent(rate: number): string {
  // Through a number, since 100 % in two digits would be 1.0e+2.
  return `${Number((rate * 100).toPrecision(2))} %`;
}
