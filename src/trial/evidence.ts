/** The second witness: execve calls of a cell, as strace shows and counts them. */
import { readContainer } from '../engine/containers/read-container.ts';
import type { Engine } from '../engine/engine.ts';
import type { Failure } from '../verdict/observation.ts';
import type { Witness } from '../verdict/witness.ts';
import { scriptContainer, type CellContainer } from './trial-container.ts';

/** Lines of each kind that a cell carries. */
const LINES = 3;
const LINE_CHARACTERS = 1024;

/** Tracing slows the calls down, so that the race needs more time to show. */
const FAILING_SECONDS = 4;
/** A cell that did not fail is seen for as long as a run of hundreds of cells can afford. */
const OTHER_SECONDS = 0.5;

/** Output of strace that is read at most. */
const OUTPUT_BYTES = 2 * 1024 * 1024;

/**
 * Picks the execve lines that failed. An ENOENT is not among them: that is how a bare name is looked
 * for along PATH.
 */
function failedExecves(output: string): readonly string[] {
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

/** The result of a run under strace. */
interface Traced {
  /** Absent where the run did not reach its end, or run.sh counts nothing. */
  readonly witness?: Witness | undefined;
  /**
   * Up to three failing execve lines and the count, or one line with the reason why there are none.
   */
  readonly lines: readonly string[];
}

/** The line in which run.sh counts the calls. */
const COUNT =
  /^strace: (\d{1,9}) execve, (?:none failed|\d+ failed \(([^()]*)\))(?:, (\d{1,9}) not found along PATH)?$/m;

/** Reads what {@link COUNT} found. */
function witnessOf([, execves, kinds = '', notFound = '0']: RegExpExecArray): Witness {
  const failed = [...kinds.matchAll(/(E[A-Z0-9]+) (\d{1,9})/g)].map(
    ([, errno = '', times]) => [errno, Number(times)] as const,
  );
  return {
    execves: Number(execves),
    failed: Object.fromEntries(failed),
    notFound: Number(notFound),
  };
}

/**
 * Runs the reproduction once more under strace. No call of it counts; a pass that it contradicts is
 * taken back (see withWitness), and what is missing is reported in place of the lines.
 *
 * @param untilFailure whether the trials failed, so that a failing line is looked for
 */
export async function traceRun(
  engine: Engine,
  request: CellContainer,
  untilFailure: boolean,
  signal: AbortSignal,
): Promise<Traced> {
  const seconds = String(untilFailure ? FAILING_SECONDS : OTHER_SECONDS);
  const more = ['--threads', String(request.limits.threads), '--seconds', seconds];
  const container = scriptContainer(request, 'evidence', [
    ...more,
    ...(untilFailure ? ['--until-failure'] : []),
  ]);
  const { outcome, output } = await readContainer(
    engine,
    { ...container, outputBytes: OUTPUT_BYTES },
    signal,
  );
  const failed = failedExecves(output).map((line) => line.slice(0, LINE_CHARACTERS));
  const counted = COUNT.exec(output);
  const counts = counted ? [counted[0]] : [];
  if (outcome.type !== 'exited') {
    return { lines: [...failed, `(the run under strace ended early: ${outcome.type})`] };
  }
  if (outcome.status > 1) {
    const printed = output.trim().slice(-300);
    return {
      lines: [...failed, `(the run under strace failed with ${outcome.status}: ${printed})`],
    };
  }
  const witness = counted ? witnessOf(counted) : undefined;
  if (failed.length > 0 || !untilFailure) return { witness, lines: [...failed, ...counts] };
  const why =
    outcome.status === 0
      ? '(the run under strace, which slows the calls, did not fail)'
      : '(no execve failed under strace, so the failure was not the start of a child)';
  return { witness, lines: [why, ...counts] };
}
