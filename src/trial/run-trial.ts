/** Runs one trial: a fresh container of the reproduction, read to its end. */
import type { ContainerOutcome, Engine, UnreadContainer } from '../engine/engine.ts';
import type { Observation } from '../verdict/observation.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import { ScriptTranscript } from './interpret.ts';
import { TrialTranscript } from './observe.ts';
import {
  contractContainer,
  scriptContainer,
  type CellContainer,
  type TrialRequest,
} from './trial-container.ts';

type OnOutput = (stream: 'stdout' | 'stderr', chunk: Buffer) => void;

/** Collects what a container writes, and judges it when it has ended. */
interface Transcript {
  push: OnOutput;
  conclude(outcome: ContainerOutcome): Observation;
}

/** Runs a trial by the contract. Whatever goes wrong is an observation of the type `problem`. */
export function runTrial(
  engine: Engine,
  request: TrialRequest,
  signal: AbortSignal,
): Promise<Observation> {
  const transcript = new TrialTranscript(request.scenario, request);
  return observed(engine, contractContainer(request), transcript, signal);
}

/**
 * Runs a user's run.sh. Whatever goes wrong is an observation of the type `problem`.
 *
 * @param onOutput sees what run.sh writes as it comes
 */
export function runScript(
  engine: Engine,
  request: CellContainer,
  protocol: ScriptProtocol,
  signal: AbortSignal,
  onOutput?: OnOutput,
): Promise<Observation> {
  const transcript = new ScriptTranscript(protocol);
  return observed(engine, scriptContainer(request), transcript, signal, onOutput);
}

async function observed(
  engine: Engine,
  container: UnreadContainer,
  transcript: Transcript,
  signal: AbortSignal,
  onOutput?: OnOutput,
): Promise<Observation> {
  const on = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    transcript.push(stream, chunk);
    onOutput?.(stream, chunk);
  };
  const request = { ...container, onStdout: on('stdout'), onStderr: on('stderr') };
  return transcript.conclude(await engine.run(request, signal));
}
