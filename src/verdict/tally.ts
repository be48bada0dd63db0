/** The sum of a cell's observations. Pure. */
import type { Symptom } from '../model.ts';
import type { Failure, Observation } from './observation.ts';

/** The sums over a cell's trials so far. */
interface Tally {
  readonly trials: number;
  readonly calls: number;
  readonly exposed: number;
  readonly failures: number;
  readonly symptoms: Readonly<Partial<Record<Symptom, number>>>;
  /** The first few failures, in order of trials. */
  readonly samples: readonly Failure[];
  /** Seconds of trials before the first failure; absent without a failure. */
  readonly firstFailureSeconds?: number | undefined;
  /** Seconds of trials, those that failed included. */
  readonly seconds: number;
}

/** How many failures a cell keeps word for word. */
const SAMPLES = 5;

/**
 * Adds up observations. Trials that failed or are not supported add their time and nothing else.
 */
export function tally(observations: readonly Observation[]): Tally {
  const symptoms: Partial<Record<Symptom, number>> = {};
  const samples: Failure[] = [];
  let [trials, calls, exposed, failures, seconds] = [0, 0, 0, 0, 0];
  let firstFailureSeconds: number | undefined;
  const note = (symptom: Symptom, count: number) => {
    symptoms[symptom] = (symptoms[symptom] ?? 0) + count;
    failures += count;
  };
  for (const observation of observations) {
    if (observation.type === 'unsupported') continue;
    trials += 1;
    if (observation.type !== 'problem') {
      calls += observation.calls;
      exposed += observation.exposed;
      samples.push(...observation.samples.slice(0, SAMPLES - samples.length));
    }
    if (observation.type === 'completed') {
      for (const [symptom, count] of Object.entries(observation.symptoms)) {
        note(symptom as Symptom, count);
      }
      if (observation.failures > 0) {
        firstFailureSeconds ??= seconds + (observation.firstFailureSeconds ?? observation.seconds);
      }
    } else if (observation.type === 'crashed') {
      // The call that was running when the process died is in no summary.
      calls += 1;
      exposed += 1;
      note('crash', 1);
      firstFailureSeconds ??= seconds + observation.seconds;
      for (const sample of observation.samples) note(sample.symptom, 1);
    }
    seconds += observation.seconds;
  }
  return {
    trials,
    calls,
    exposed,
    failures,
    symptoms,
    samples,
    seconds,
    firstFailureSeconds,
  };
}
