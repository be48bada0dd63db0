/** Runs somebody's run.sh once: a fresh container, read to its end. */
import type { Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Observation } from '../verdict/observation.ts';
import { ScriptTranscript } from './interpret.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import type { TrialRequest } from './run-trial.ts';

export type ScriptRequest = Pick<
  TrialRequest,
  'image' | 'command' | 'scenario' | 'limits' | 'labels' | 'env'
> &
  Partial<Pick<TrialRequest, 'cpuset'>>;

/** What starts a run inside its container; `PYTHON` is the row's interpreter. */
export function scriptCommand(request: Pick<ScriptRequest, 'command' | 'scenario' | 'env'>): {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  return {
    command: ['./run.sh', ...request.scenario.args],
    env: { ...request.env, PYTHON: request.command },
  };
}

/**
 * Runs it. Whatever goes wrong is an observation of the type `problem`.
 *
 * @param onOutput sees what run.sh writes as it comes
 */
export async function runScript(
  engine: Engine,
  request: ScriptRequest,
  protocol: ScriptProtocol,
  signal: AbortSignal,
  onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void = () => undefined,
): Promise<Observation> {
  const transcript = new ScriptTranscript(protocol);
  const { limits } = request;
  const outcome = await engine.run(
    {
      ...scriptCommand(request),
      image: request.image,
      workdir: '/reproduction',
      labels: { ...request.labels, [LABELS.name]: `trial ${request.scenario.id}` },
      ...(request.cpuset === undefined ? {} : { cpuset: request.cpuset }),
      memoryBytes: limits.memoryBytes,
      pids: limits.pids,
      timeoutSeconds: limits.timeoutSeconds,
      outputBytes: limits.outputBytes,
      onStdout: (chunk) => {
        transcript.push('stdout', chunk);
        onOutput('stdout', chunk);
      },
      onStderr: (chunk) => {
        transcript.push('stderr', chunk);
        onOutput('stderr', chunk);
      },
    },
    signal,
  );
  return transcript.conclude(outcome);
}
