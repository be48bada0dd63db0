/** How the second witness, strace, changes a decided cell. Pure. */
import type { Cell } from '../report/schema.ts';
import type { Decision } from './decide.ts';

type StopDecision = Extract<Decision, { type: 'stop' }>;

/** The counts of strace in an extra run of a cell, which counts for nothing else. */
export type Witness = NonNullable<Cell['strace']>;

/** `37 failed (EFAULT 37)` or `none failed`. */
function failedText({ failed }: Witness): string {
  const kinds = Object.entries(failed);
  if (kinds.length === 0) return 'none failed';
  const total = kinds.reduce((sum, [, times]) => sum + times, 0);
  return `${total} failed (${kinds.map(([errno, times]) => `${errno} ${times}`).join(', ')})`;
}

/**
 * Takes a pass back that strace contradicts: a cell in which an execve failed with EFAULT is
 * inconclusive, and a control in which any failed is an error, since nothing is changed there.
 *
 * @param witness absent where strace was not asked or saw nothing
 */
export function withWitness(
  decision: StopDecision,
  witness: Witness | undefined,
  isControl: boolean,
): StopDecision {
  if (decision.verdict !== 'pass' || !witness) return decision;
  const seen = `strace saw ${witness.execves} execve, ${failedText(witness)}`;
  if (isControl && Object.keys(witness.failed).length > 0) {
    const reason = `no call failed in the trials, but ${seen} while nothing changed`;
    return { type: 'stop', verdict: 'error', reason };
  }
  if ((witness.failed['EFAULT'] ?? 0) === 0) return decision;
  return {
    type: 'stop',
    verdict: 'inconclusive',
    reason: `no call failed in the trials, but ${seen} in the run that only gives evidence`,
  };
}
