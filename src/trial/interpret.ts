/** What a run of a user's run.sh wrote, and how it ended -> one observation. Pure. */
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Symptom } from '../model.ts';
import type { Observation, TrialProblem } from '../verdict/observation.ts';
import { ClosingLines } from './closing-lines.ts';
import { containerProblem, signalOf } from './container-problem.ts';
import { harnessCause } from './harness-cause.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import type { OutputLine } from './output-lines.ts';
import type { OutputPattern } from '../reproduction/output-pattern.ts';
import { TellingLines } from './telling-lines.ts';

/** For `git bisect run` and for automake's test drivers: cannot be tested here. */
const UNTESTABLE: readonly number[] = [125, 77];

/** pytest's own status where it has collected no test. */
const NO_TESTS = 5;

/** The statuses of a shell that could not start a program, and of programs that a signal ended. */
const FIRST_ERROR = 126;

/** Sent from outside: by the kernel for want of memory, or by another process. */
const FOREIGN_SIGNALS = ['SIGKILL', 'SIGTERM'];

/** By which a program dies of its own fault. */
const CRASH_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'];

type Exited = Extract<ContainerOutcome, { type: 'exited' }>;

/** Collects a run's output line by line, and judges it when it has ended. */
export class ScriptTranscript {
  readonly #protocol: ScriptProtocol;
  readonly #lines = new TellingLines();
  readonly #closing = new ClosingLines();
  #reproduced = false;
  #completed = false;
  #skipped: string | undefined;
  #cut = false;
  #dropped = 0;

  constructor(protocol: ScriptProtocol) {
    this.#protocol = protocol;
  }

  /** A line of either stream. */
  take({ text, cut }: OutputLine): void {
    const { reproduced, completed, skipped, evidence } = this.#protocol;
    if (cut) this.#cut = true;
    const shows = fits(reproduced, text);
    this.#reproduced ||= shows;
    this.#completed ||= fits(completed, text);
    if (this.#skipped === undefined && fits(skipped, text)) this.#skipped = text;
    this.#closing.take(text);
    this.#lines.take(text, shows || fits(evidence, text));
  }

  /** That so many bytes of output came beyond the limit and were not read. */
  drop(bytes: number): void {
    this.#dropped += bytes;
  }

  /** The observation of this run: one call, and if it showed the bug, one failure. */
  conclude(outcome: ContainerOutcome): Observation {
    const { hang } = this.#protocol;
    if (outcome.type === 'exited') return this.#exited(outcome);
    const seconds = 'seconds' in outcome ? outcome.seconds : 0;
    const isOwnLimit = outcome.type === 'timeout' || outcome.type === 'output-limit';
    if (isOwnLimit && this.#reproduced) return this.#failure(seconds, 'reproduced');
    if (outcome.type === 'timeout' && hang === 'reproduced') {
      return this.#failure(
        seconds,
        'hang',
        undefined,
        `still running after ${seconds.toFixed(0)} s`,
      );
    }
    const { problem, reason } = containerProblem(outcome);
    return this.#problem(problem, reason, seconds);
  }

  #exited({ status, seconds }: Exited): Observation {
    const { reproduced, completed, goodStatus, badStatus } = this.#protocol;
    const signal = signalOf(status) ?? '';
    if (FOREIGN_SIGNALS.includes(signal)) {
      return this.#problem('exit-status', `run.sh ended with ${inWords(status)}`, seconds);
    }
    if (this.#reproduced) return this.#failure(seconds, 'reproduced', status);
    if (this.#skipped !== undefined) return unsupported(this.#skipped);
    if (this.#completed && !badStatus.includes(status)) return this.#good(status, seconds);
    const isNamed = goodStatus.includes(status) || badStatus.includes(status);
    if (!isNamed && reproduced.length === 0 && CRASH_SIGNALS.includes(signal)) {
      return this.#failure(seconds, 'crash', status, `${signal} (status ${status})`);
    }
    if (!isNamed && completed.length === 0 && UNTESTABLE.includes(status))
      return this.#untestable(status);
    if (goodStatus.length > 0 ? goodStatus.includes(status) : status === 0) {
      return this.#good(status, seconds);
    }
    const nothing = this.#closing.nothingTested;
    if (status === NO_TESTS && nothing !== undefined) return unsupported(nothing);
    const isBad =
      badStatus.length > 0
        ? badStatus.includes(status)
        : status < FIRST_ERROR && reproduced.length === 0;
    if (isBad) return this.#bad(status, seconds);
    if (reproduced.length > 0 || completed.length > 0) {
      const reason =
        `run.sh ended with ${inWords(status)}, and its output fits neither \`reproduced\` ` +
        'nor `completed`';
      return this.#problem('no-summary', reason, seconds);
    }
    return this.#problem('exit-status', `run.sh ended with ${inWords(status)}`, seconds);
  }

  #good(status: number, seconds: number): Observation {
    const { reproduced, completed } = this.#protocol;
    if (reproduced.length > 0 || completed.length > 0) {
      // Where something may have been missed, its absence says nothing.
      if (this.#cut) {
        const reason = 'a line of output is so long that patterns could not be searched in its end';
        return this.#problem('malformed-output', reason, seconds);
      }
      if (this.#dropped > 0 && !this.#completed) {
        const reason = 'the bug did not show in the part of the output that was read';
        return this.#problem('output-limit', reason, seconds);
      }
      if (completed.length > 0 && !this.#completed) {
        const reason = `run.sh ended with ${inWords(status)}, and no line of its output fits the pattern of a run that completed`;
        return this.#problem('no-summary', reason, seconds);
      }
    }
    const nothing = this.#closing.nothingTested;
    return nothing === undefined ? clean(seconds) : unsupported(`nothing was tested: ${nothing}`);
  }

  #bad(status: number, seconds: number): Observation {
    // Where the reporter has said what is bad, it is.
    const cause = this.#protocol.badStatus.length > 0 ? undefined : harnessCause(this.#lines);
    if (cause === undefined) return this.#failure(seconds, 'reproduced', status);
    const reason =
      `run.sh ended with ${inWords(status)} for a reason that may not be the bug: ${cause}\n` +
      `--bad ${quotedPattern(cause)} makes this the bug`;
    return { type: 'problem', problem: 'unusable', reason, seconds };
  }

  #untestable(status: number): Observation {
    const { telling } = this.#lines;
    const why = this.#closing.nothingTested ?? telling.join(' / ');
    return unsupported(`run.sh ended with ${status}: it cannot be tested here${why && `: ${why}`}`);
  }

  #failure(seconds: number, symptom: Symptom, status?: number, heading?: string): Observation {
    const { telling } = this.#lines;
    const none = status === undefined ? 'no output' : `status ${status}, no output`;
    const notes = [
      ...(heading === undefined ? [] : [heading]),
      ...(telling.length === 0 && heading === undefined ? [none] : telling),
      ...(this.#dropped > 0
        ? [`(${this.#dropped} bytes of output beyond the limit were dropped)`]
        : []),
    ];
    return {
      ...clean(seconds),
      symptoms: { [symptom]: 1 },
      failures: 1,
      samples: [{ call: 1, symptom, seconds, status, detail: notes[0] }],
      firstFailureSeconds: seconds,
      notes,
    };
  }

  #problem(problem: TrialProblem, reason: string, seconds: number): Observation {
    return { type: 'problem', problem, reason: [reason, ...this.#lines.last].join('\n'), seconds };
  }
}

function unsupported(reason: string): Observation {
  return { type: 'unsupported', reason };
}

function clean(seconds: number): Extract<Observation, { type: 'completed' }> {
  return {
    type: 'completed',
    calls: 1,
    exposed: 1,
    symptoms: {},
    failures: 0,
    mutations: 0,
    samples: [],
    seconds,
  };
}

function fits(patterns: readonly OutputPattern[], text: string): boolean {
  return patterns.some((pattern) => pattern.isIn(text));
}

/** A pattern that fits the line's text, as a shell takes it for one word. */
function quotedPattern(text: string): string {
  const literal = text.slice(0, 80).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `'${literal.replaceAll("'", `'\\''`)}'`;
}

/** `status 127 (a command was not found)`, `status 139 (SIGSEGV)`. */
function inWords(status: number): string {
  const meaning =
    signalOf(status) ?? { 126: 'cannot be executed', 127: 'a command was not found' }[status];
  return `status ${status}${meaning === undefined ? '' : ` (${meaning})`}`;
}
