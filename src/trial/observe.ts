/** Turns the output of a trial and the end of its container into one observation. Pure. */
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Symptom } from '../model.ts';
import type { Failure, Observation, TrialProblem } from '../verdict/observation.ts';
import { quantity } from '../text/quantity.ts';
import { containerProblem, signalOf, statusText } from './container-problem.ts';
import { ContractLines } from './output-lines.ts';
import { parseTrialLine, type TrialLine } from './protocol.ts';
import type { TrialRequest } from './trial-container.ts';

type Requested = Pick<TrialRequest, 'scenario' | 'calls' | 'seconds'>;
type Summary = Extract<TrialLine, { type: 'summary' }>;
type Start = Extract<TrialLine, { type: 'start' }>;

/** How many failures of a trial are kept word for word. */
const SAMPLES = 5;

/** Bytes of standard error that the reason of an error ends with. */
const STDERR_BYTES = 2000;

/** Seconds by which two clocks may differ before one of them is rejected. */
const CLOCK_SLACK = 5;

/** Seconds by which a trial may end before its time is over: the rounding of its command line. */
const EARLY_SLACK = 0.05;

/** A failed call later than this after the start of its trial is one of a clock that jumped. */
const MOST_SECONDS = 86_400 * 365;

/** Signals that an interpreter meets by its own fault. SIGKILL and SIGTERM come from outside. */
const OWN_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];

/** Collects what a trial writes, and judges them when its container has ended. */
export class TrialTranscript {
  readonly #request: Requested;
  readonly #lines = new ContractLines((line) => {
    const parsed = line.ok ? parseTrialLine(line.value) : line;
    if (parsed.ok) this.#take(parsed.value);
    else this.#wrong('malformed-output', parsed.error);
  });
  #stderr = Buffer.alloc(0);
  #start: Start | undefined;
  #summary: Summary | undefined;
  #unsupported: string | undefined;
  #failures = 0;
  #progress = { calls: 0, exposed: 0 };
  readonly #samples: Failure[] = [];
  /** The first problem; its consequences are not listed. */
  #fault: { problem: TrialProblem; reason: string } | undefined;

  constructor(request: Requested) {
    this.#request = request;
  }

  push(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (stream === 'stdout') this.#lines.push(chunk);
    else {
      const kept = Buffer.concat([this.#stderr, chunk.subarray(-STDERR_BYTES)]);
      this.#stderr = kept.subarray(-STDERR_BYTES);
    }
  }

  /** The observation, of which the reason of an error has the last of standard error. */
  conclude(outcome: ContainerOutcome): Observation {
    this.#lines.end();
    const stderr = this.#stderr.toString('utf8').trim();
    const seconds = 'seconds' in outcome ? outcome.seconds : 0;
    const problem = (kind: TrialProblem, reason: string): Observation => ({
      type: 'problem',
      problem: kind,
      reason: stderr === '' ? reason : `${reason}\n${stderr}`,
      seconds,
    });
    if (outcome.type !== 'exited') {
      const { problem: kind, reason } = containerProblem(outcome);
      return problem(kind, reason);
    }
    if (this.#fault) return problem(this.#fault.problem, this.#fault.reason);
    const signal = signalOf(outcome.status);
    const status = statusText(outcome.status, signal);
    if (signal !== undefined && OWN_SIGNALS.includes(signal) && this.#start && !this.#summary) {
      return {
        type: 'crashed',
        signal,
        calls: Math.max(this.#failures, this.#progress.calls),
        exposed: Math.max(this.#failures, this.#progress.exposed),
        samples: this.#samples,
        seconds,
      };
    }
    if (this.#unsupported !== undefined && outcome.status === 0 && !this.#summary) {
      return { type: 'unsupported', reason: this.#unsupported };
    }
    const summary = this.#summary;
    if (!summary) {
      return problem('no-summary', `the trial ended with ${status} and no summary`);
    }
    if (outcome.status !== 0) {
      return problem('exit-status', `the trial wrote a summary, then ended with ${status}`);
    }
    const contradiction = this.#contradiction(summary, outcome.seconds);
    if (contradiction !== undefined) return problem('contradiction', contradiction);
    const first = summary.firstFailureSeconds;
    return {
      type: 'completed',
      calls: summary.calls,
      exposed: summary.exposed,
      symptoms: counted(summary),
      failures: total(summary),
      mutations: summary.mutations,
      samples: this.#samples,
      ...(first === null || first === undefined ? {} : { firstFailureSeconds: first }),
      seconds: summary.seconds,
    };
  }

  #take(line: TrialLine): void {
    if (this.#summary) {
      this.#wrong('contradiction', `a ${line.type} line comes after the summary`);
      return;
    }
    switch (line.type) {
      case 'start':
        if (this.#start) this.#wrong('contradiction', 'there are two start lines');
        this.#start = line;
        this.#checkStart(line);
        return;
      case 'problem':
        this.#wrong(
          line.problem === 'cpus' ? 'cpus' : 'unusable',
          `the reproduction cannot run here (${line.problem}): ${line.detail ?? 'no detail'}`,
        );
        return;
      case 'unsupported':
        this.#unsupported = line.reason;
        return;
      case 'progress':
        this.#progress = line;
        break;
      case 'failure': {
        const { call, symptom, status, errno, seconds, detail } = line;
        this.#failures += 1;
        if (seconds < 0 || seconds > MOST_SECONDS) {
          const moment = `${seconds.toFixed(1)} s after its start`;
          this.#wrong('contradiction', `the trial reports a failed call ${moment}: a clock jumped`);
          break;
        }
        if (this.#samples.length < SAMPLES) {
          this.#samples.push({ call, symptom, status, errno, seconds, detail });
        }
        break;
      }
      case 'summary':
        this.#summary = line;
        break;
    }
    if (!this.#start)
      this.#wrong('contradiction', `a ${line.type} line comes before the start line`);
  }

  #checkStart(line: Start): void {
    const { id, mutation, launcher } = this.#request.scenario;
    if (line.mutation !== mutation || line.launcher !== launcher) {
      this.#wrong(
        'contradiction',
        `${id} was requested, but the trial reports ${line.mutation}/${line.launcher}`,
      );
    }
    if (line.cpus < 2) {
      this.#wrong('cpus', `the trial has ${line.cpus} CPU, and a race needs two`);
    }
  }

  /** The contradiction in a summary, in a sentence; undefined if there is none. */
  #contradiction(summary: Summary, containerSeconds: number): string | undefined {
    const failures = total(summary);
    if (failures > summary.calls)
      return `the summary counts ${failures} failures in ${summary.calls} calls`;
    if (summary.exposed > summary.calls) {
      return `the summary counts ${summary.exposed} exposed calls among ${summary.calls} calls`;
    }
    if (this.#failures > failures) {
      return `the output has ${quantity(this.#failures, 'failure line')}, but the summary counts ${failures}`;
    }
    if (failures > 0 && this.#failures === 0) {
      return `the summary counts ${failures} failures, but there is no failure line`;
    }
    const mutates = this.#request.scenario.mutation !== 'none';
    if (mutates && summary.exposed > 0 && summary.mutations === 0) {
      return `the summary counts ${summary.exposed} exposed calls and no mutation`;
    }
    if (summary.seconds < 0 || summary.seconds > containerSeconds + CLOCK_SLACK) {
      return (
        `the trial reports ${summary.seconds.toFixed(1)} s, but its container ran for ` +
        `${containerSeconds.toFixed(1)} s: a clock jumped`
      );
    }
    if (summary.seconds === 0 && summary.calls > 0) {
      return `the trial reports that its ${summary.calls} calls took 0 s: its clock stands still`;
    }
    const first = summary.firstFailureSeconds ?? 0;
    if (first < 0 || first > summary.seconds + CLOCK_SLACK) {
      return (
        `the trial reports its first failure ${first.toFixed(1)} s after its start, but it ran for ` +
        `${summary.seconds.toFixed(1)} s: a clock jumped`
      );
    }
    return failures > 0 ? undefined : this.#early(summary);
  }

  /**
   * The problem of a trial that finished too early, in a sentence. A program that gives up silently
   * cannot be trusted, and trials that take no time would never use up a cell's budget.
   */
  #early(summary: Summary): string | undefined {
    const { calls, seconds } = this.#request;
    if (summary.exposed >= calls || summary.seconds >= seconds - EARLY_SLACK) return undefined;
    return (
      `the trial ended after ${summary.seconds.toFixed(2)} of ${seconds.toFixed(2)} s and ` +
      `${summary.exposed} of ${calls} exposed calls, and nothing had failed`
    );
  }

  #wrong(problem: TrialProblem, reason: string): void {
    this.#fault ??= { problem, reason };
  }
}

function total(summary: Summary): number {
  return Object.values(summary.failures).reduce((sum, count) => sum + count, 0);
}

function counted(summary: Summary): Partial<Record<Symptom, number>> {
  return Object.fromEntries(Object.entries(summary.failures).filter(([, count]) => count > 0));
}
