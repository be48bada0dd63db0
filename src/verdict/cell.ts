/** A decided cell in the form in which the report keeps it. Pure. */
import type { StoppingRule } from '../model.ts';
import type { Observation } from './observation.ts';
import type { Cell } from '../report/schema.ts';
import { asSentence } from '../text/as-sentence.ts';
import { clopperPearson, upperBoundWithoutFailure } from './bounds.ts';
import { tally } from './tally.ts';

type Copied =
  'environment' | 'scenario' | 'verdict' | 'reason' | 'expected' | 'strace' | 'evidence' | 'rerun';

/** The data that a recorded cell consists of. */
export interface DecidedCell extends Pick<Cell, Copied> {
  readonly rule: StoppingRule;
  readonly observations: readonly Observation[];
}

/** Adds the figures to a decision: sums, rate with its interval, and the bound where nothing failed. */
export function toCell(decided: DecidedCell): Cell {
  const sum = tally(decided.observations);
  // A failing call that no mutation is known to have touched still counts as a call that failed.
  const exposed = Math.max(sum.exposed, sum.failures);
  return {
    environment: decided.environment,
    scenario: decided.scenario,
    verdict: decided.verdict,
    expected: decided.expected,
    reason: decided.reason === undefined ? undefined : asSentence(decided.reason),
    symptoms: sum.symptoms,
    trials: sum.trials,
    calls: sum.calls,
    exposed,
    failures: sum.failures,
    rate: clopperPearson(sum.failures, exposed, decided.rule.confidence),
    bound:
      sum.failures === 0 && exposed > 0
        ? upperBoundWithoutFailure(exposed, decided.rule.confidence)
        : undefined,
    firstFailureSeconds: sum.firstFailureSeconds,
    seconds: sum.seconds,
    strace: decided.strace,
    evidence: decided.evidence,
    rerun: decided.rerun,
  };
}
