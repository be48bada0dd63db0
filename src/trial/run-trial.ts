/** Runs one trial: a fresh container of the reproduction, read to its end. */
import type { Engine } from '../engine/engine.ts';
import { LABELS } from '../images/naming.ts';
import type { Scenario, TrialLimits } from '../model.ts';
import type { Observation } from '../verdict/observation.ts';
import { LineSplitter } from './line-splitter.ts';
import { TrialTranscript } from './observe.ts';
import { Tail } from './tail.ts';

export interface TrialRequest {
  /** The image's id or reference. */
  readonly image: string;
  /** The interpreter inside the image. */
  readonly command: string;
  readonly scenario: Scenario;
  readonly limits: TrialLimits;
  /** Seconds that the reproduction may take. */
  readonly seconds: number;
  /** Exposed calls after which it may stop. */
  readonly calls: number;
  /** Makes its random choices repeatable. */
  readonly seed: number;
  /** CPUs of the trial, such as `0,1`. */
  readonly cpuset: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of the trial's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The command line of a trial inside its container. */
export function trialCommand(
  request: Pick<TrialRequest, 'command' | 'scenario' | 'limits' | 'seconds' | 'calls' | 'seed'>,
): readonly string[] {
  return [
    request.command,
    '/reproduction/reproduce.py',
    ...request.scenario.args,
    '--threads',
    String(request.limits.threads),
    '--seconds',
    request.seconds.toFixed(2),
    '--calls',
    String(request.calls),
    '--seed',
    String(request.seed),
    '--json',
  ];
}

/** Runs the trial. Whatever goes wrong is an observation of the type `problem`. */
export async function runTrial(
  engine: Engine,
  request: TrialRequest,
  signal: AbortSignal,
): Promise<Observation> {
  const transcript = new TrialTranscript(request.scenario, request);
  const lines = new LineSplitter((line) => {
    transcript.add(line);
  });
  const stderr = new Tail(2000);
  const outcome = await engine.run(
    {
      image: request.image,
      command: trialCommand(request),
      env: request.env,
      workdir: '/reproduction',
      labels: { ...request.labels, [LABELS.name]: `trial ${request.scenario.id}` },
      cpuset: request.cpuset,
      memoryBytes: request.limits.memoryBytes,
      pids: request.limits.pids,
      timeoutSeconds: request.limits.timeoutSeconds,
      outputBytes: request.limits.outputBytes,
      onStdout: (chunk) => {
        lines.push(chunk);
      },
      onStderr: (chunk) => {
        stderr.push(chunk);
      },
    },
    signal,
  );
  lines.end();
  return transcript.conclude(outcome, stderr.text());
}
