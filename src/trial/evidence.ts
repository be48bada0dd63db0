/** The failing execve calls of a failing cell, as strace shows them. */
import { readContainer } from '../engine/containers/read-container.ts';
import type { Engine } from '../engine/engine.ts';
import type { Failure } from '../verdict/observation.ts';
import { scriptContainer, type CellContainer } from './trial-container.ts';

/** Lines of each kind that a cell carries. */
const LINES = 3;
const LINE_CHARACTERS = 1024;

/** Tracing slows the calls down, so that the race needs more time to show. */
const TRACED_SECONDS = 4;

/** Output of strace that is read at most. */
const OUTPUT_BYTES = 2 * 1024 * 1024;

/**
 * Picks the execve lines that failed. An ENOENT is not among them: that is how a bare name is looked
 * for along PATH.
 */
export function failedExecves(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /execve(at)?[( ].*= -1 E/.test(line) && !line.includes('= -1 ENOENT'))
    .slice(0, LINES);
}

/** A failure in one line for a person. */
export function describeFailure(failure: Failure): string {
  const what = [
    failure.status === undefined ? '' : `status ${failure.status}`,
    failure.errno ?? '',
    failure.detail ?? '',
  ].filter((part) => part !== '');
  return `call ${failure.call} after ${failure.seconds.toFixed(3)} s: ${failure.symptom} ${what.join(', ')}`.trim();
}

/**
 * Runs the reproduction once more under strace. It counts for nothing: whatever happens to it, the
 * verdict stands, and what is missing is said in place of the lines.
 *
 * @returns up to three failing execve lines, or one line that says why there are none
 */
export async function traceFailure(
  engine: Engine,
  request: CellContainer,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const more = ['--threads', String(request.limits.threads), '--seconds', String(TRACED_SECONDS)];
  const container = scriptContainer(request, 'evidence', [...more, '--until-failure']);
  const { outcome, output } = await readContainer(
    engine,
    { ...container, outputBytes: OUTPUT_BYTES },
    signal,
  );
  const lines = failedExecves(output).map((line) => line.slice(0, LINE_CHARACTERS));
  if (lines.length > 0) return lines;
  if (outcome.type !== 'exited') return [`(the run under strace ended early: ${outcome.type})`];
  if (outcome.status > 1) {
    return [`(the run under strace failed with ${outcome.status}: ${output.trim().slice(-300)})`];
  }
  return outcome.status === 0
    ? ['(the run under strace, which slows the calls, did not fail)']
    : ['(no execve failed in the run under strace: what failed was not the start of a child)'];
}
