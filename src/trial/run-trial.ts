/** Runs one trial: a fresh container of the reproduction, read to its end. */
import type { Engine } from '../engine/engine.ts';
import type { Observation } from '../verdict/observation.ts';
import { TrialTranscript } from './observe.ts';
import { contractContainer, type TrialRequest } from './trial-container.ts';

/** Runs a trial by the contract. Any failure is an observation of the type `problem`. */
export async function runTrial(
  engine: Engine,
  request: TrialRequest,
  signal: AbortSignal,
): Promise<Observation> {
  const transcript = new TrialTranscript(request);
  const outcome = await engine.run(
    {
      ...contractContainer(request),
      onStdout: (chunk) => {
        transcript.push('stdout', chunk);
      },
      onStderr: (chunk) => {
        transcript.push('stderr', chunk);
      },
    },
    signal,
  );
  return transcript.conclude(outcome);
}
