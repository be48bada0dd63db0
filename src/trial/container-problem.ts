/** How a trial's container ended, in words. Pure. */
import { constants } from 'node:os';
import type { ContainerOutcome } from '../engine/engine.ts';
import type { TrialProblem } from '../verdict/observation.ts';

/** The problem of a trial whose container ended in any other way than by its program's own end. */
export function containerProblem(outcome: Exclude<ContainerOutcome, { type: 'exited' }>): {
  readonly problem: TrialProblem;
  readonly reason: string;
} {
  switch (outcome.type) {
    case 'cancelled':
      return { problem: 'interrupted', reason: 'the run was interrupted' };
    case 'not-started':
      return { problem: 'container', reason: `the container did not start: ${outcome.reason}` };
    case 'vanished':
      return { problem: 'container', reason: outcome.reason };
    case 'engine-failed':
      return { problem: 'engine', reason: `the engine failed: ${outcome.reason}` };
    case 'out-of-memory':
      return { problem: 'out-of-memory', reason: 'the trial reached its memory limit' };
    case 'output-limit':
      return { problem: 'output-limit', reason: 'the trial wrote more than its output limit' };
    case 'timeout':
      return {
        problem: 'timeout',
        reason: `the trial reached its time limit of ${outcome.seconds.toFixed(0)} s`,
      };
  }
}

/** The signal that ended a program by its exit status: 128 + its number, as a shell and an init have it. */
export function signalOf(status: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => status === 128 + number)?.[0];
}

/** `status 134 (SIGABRT)`, or `status 3` where it has no meaning. */
export function statusText(status: number, meaning: string | undefined): string {
  return meaning === undefined ? `status ${status}` : `status ${status} (${meaning})`;
}
