/** The failing execve calls of a failing cell, as strace shows them. */
import type { Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Failure } from '../verdict/observation.ts';
import { LONGEST_LINE_BYTES } from './line-splitter.ts';
import type { TrialRequest } from './run-trial.ts';

/** Lines of each kind that a cell carries. */
const LINES = 3;

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
  request: Pick<
    TrialRequest,
    'image' | 'command' | 'scenario' | 'limits' | 'cpuset' | 'labels' | 'env'
  >,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => {
    chunks.push(chunk);
  };
  const outcome = await engine.run(
    {
      image: request.image,
      command: [
        './run.sh',
        ...request.scenario.args,
        '--threads',
        String(request.limits.threads),
        '--seconds',
        String(TRACED_SECONDS),
        '--until-failure',
      ],
      env: { ...request.env, PYTHON: request.command },
      workdir: '/reproduction',
      labels: { ...request.labels, [LABELS.name]: `evidence ${request.scenario.id}` },
      cpuset: request.cpuset,
      memoryBytes: request.limits.memoryBytes,
      pids: request.limits.pids,
      timeoutSeconds: request.limits.timeoutSeconds,
      outputBytes: OUTPUT_BYTES,
      onStdout: keep,
      onStderr: keep,
    },
    signal,
  );
  const output = Buffer.concat(chunks).toString('utf8');
  const lines = failedExecves(output).map((line) => line.slice(0, LONGEST_LINE_BYTES / 64));
  if (lines.length > 0) return lines;
  if (outcome.type !== 'exited') return [`(the run under strace ended early: ${outcome.type})`];
  if (outcome.status > 1) {
    return [`(the run under strace failed with ${outcome.status}: ${output.trim().slice(-300)})`];
  }
  return outcome.status === 0
    ? ['(the run under strace, which slows the calls, did not fail)']
    : ['(no execve failed in the run under strace: what failed was not the start of a child)'];
}
