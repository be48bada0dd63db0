/** Turns the output and the end of a run of a user's script into one observation. Pure. */
import type { ContainerOutcome } from '../engine/engine.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import type { OutputPattern } from '../reproduction/output-pattern.ts';
import type { Observation, TrialProblem } from '../verdict/observation.ts';
import { ClosingLines } from './closing-lines.ts';
import { containerProblem, signalOf, statusText } from './container-problem.ts';
import { HarnessCause, patternFor } from './harness-cause.ts';
import { HiddenError } from './hidden-error.ts';
import type { OutputLine } from './output-lines.ts';
import { shownLine, TellingLines } from './telling-lines.ts';

/** Lines that match `evidence` or `reproduced` and are shown. */
const PATTERN_LINES = 3;

/** `git bisect run` takes this for: cannot be tested here. So does automake with 77. */
const UNTESTABLE = [125, 77];

/** The statuses of a shell that could not start a program, and of programs that a signal ended. */
const FIRST_ERROR = 126;

/** Of unittest and pytest where there is no test to run. */
const NO_TESTS = 5;

/**
 * Sent from outside: by the kernel when memory runs out, or by a client that ends the container.
 */
const FOREIGN_SIGNALS = ['SIGKILL', 'SIGTERM'];

/** A program's own end: the bug, unless patterns define the bug. */
const CRASH_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'];

type ScriptSymptom = 'reproduced' | 'crash' | 'hang';

/** Collects a run's output, and judges it when it has ended. */
export class ScriptTranscript {
  readonly #protocol: ScriptProtocol;
  #reproduced = false;
  #completed = false;
  #skipped: string | undefined;
  #cut = false;
  #dropped = false;
  readonly #fitting: string[] = [];
  readonly #telling = new TellingLines();
  readonly #closing = new ClosingLines();
  readonly #cause = new HarnessCause(this.#closing);
  readonly #hidden = new HiddenError();

  constructor(protocol: ScriptProtocol) {
    this.#protocol = protocol;
  }

  /** Takes a line of either stream. */
  take({ text, cut }: OutputLine): void {
    const { reproduced, completed, skipped, evidence } = this.#protocol;
    if (cut) this.#cut = true;
    const shows = fits(reproduced, text);
    if (shows) this.#reproduced = true;
    this.#completed ||= fits(completed, text);
    if (this.#skipped === undefined && fits(skipped, text)) this.#skipped = shownLine(text);
    if (this.#fitting.length < PATTERN_LINES && (shows || fits(evidence, text))) {
      this.#fitting.push(shownLine(text));
    }
    this.#readEnd(text);
  }

  /** Takes a line beyond the limit of output: no pattern is searched in it, but it may be the last. */
  drop({ text }: OutputLine): void {
    this.#dropped = true;
    this.#readEnd(text);
  }

  #readEnd(text: string): void {
    this.#closing.take(text);
    this.#cause.take(text);
    this.#hidden.take(text);
    this.#telling.take(text);
  }

  /** The observation of this run: one call, and if it showed the bug, one failure. */
  conclude(outcome: ContainerOutcome): Observation {
    return outcome.type === 'exited'
      ? this.#byEnd(outcome.status, outcome.seconds)
      : this.#endedFromOutside(outcome);
  }

  #endedFromOutside(outcome: Exclude<ContainerOutcome, { type: 'exited' }>): Observation {
    const isLimit = outcome.type === 'timeout' || outcome.type === 'output-limit';
    if (isLimit && this.#reproduced) return this.#failure('reproduced', outcome.seconds);
    if (outcome.type === 'timeout' && this.#protocol.hang === 'reproduced') {
      return this.#failure('hang', outcome.seconds, {
        heading: `still running after ${outcome.seconds.toFixed(0)} s`,
      });
    }
    const { problem, reason } = containerProblem(outcome);
    return this.#problem(problem, reason, 'seconds' in outcome ? outcome.seconds : 0);
  }

  #byEnd(status: number, seconds: number): Observation {
    const { reproduced, skipped, badStatus, goodStatus } = this.#protocol;
    if (this.#reproduced) return this.#failure('reproduced', seconds, { status });
    if (this.#skipped !== undefined) return { type: 'unsupported', reason: this.#skipped };
    const unsearched = skipped.length > 0 ? this.#unsearched(seconds) : undefined;
    if (unsearched !== undefined) return unsearched;
    const signal = signalOf(status);
    const isCrash = CRASH_SIGNALS.includes(signal ?? '');
    if (badStatus.includes(status)) {
      if (isCrash) return this.#crash(status, seconds);
      return status < FIRST_ERROR && status > 0
        ? this.#badEnd(status, seconds)
        : this.#failure('reproduced', seconds, { status });
    }
    if ((goodStatus.length === 0 ? [0] : goodStatus).includes(status)) {
      return this.#goodEnd(status, seconds);
    }
    const ended = ending(status);
    if (FOREIGN_SIGNALS.includes(signal ?? '')) return this.#problem('exit-status', ended, seconds);
    if (isCrash) {
      if (reproduced.length === 0) return this.#crash(status, seconds);
      const hint = `no line matches \`reproduced\`; use \`--bad-status ${status}\` to count this as the bug`;
      return this.#problem('exit-status', `${ended}, and ${hint}`, seconds);
    }
    // If patterns define both bad and good, a status means nothing by itself.
    if (reproduced.length > 0 && this.#completed && goodStatus.length === 0) {
      return this.#goodEnd(status, seconds);
    }
    if (UNTESTABLE.includes(status)) return this.#untestable(status);
    const nothing = this.#closing.nothingRan;
    if (status === NO_TESTS && nothing !== undefined) return vacuous(nothing);
    if (reproduced.length > 0) return this.#undecided(status, seconds);
    if (status >= FIRST_ERROR) {
      const hint = status < 128 ? '' : `; use \`--bad-status ${status}\` to count this as the bug`;
      return this.#problem('exit-status', `${ended}${hint}`, seconds);
    }
    if (badStatus.length > 0 || status === 0) {
      const reason = `${ended}, which is neither a bad nor a good status`;
      return this.#problem('exit-status', reason, seconds);
    }
    return this.#badEnd(status, seconds);
  }

  #badEnd(status: number, seconds: number): Observation {
    const cause = this.#cause.conclude();
    if (cause === null) return this.#failure('reproduced', seconds, { status });
    const hint = `Use \`--bad ${patternFor(cause)}\` to count this as the bug.`;
    return this.#unusable(cause, hint, seconds);
  }

  #unusable(cause: string, hint: string, seconds: number): Observation {
    const reason = `the script could not run here: ${shownLine(cause)}\n${hint}`;
    return this.#problem('unusable', reason, seconds);
  }

  /** The problem of a run whose output was not searched to its end; undefined if it was. */
  #unsearched(seconds: number): Observation | undefined {
    if (this.#cut) {
      const reason = 'a line of output is too long to be searched to its end';
      return this.#problem('malformed-output', reason, seconds);
    }
    if (!this.#dropped) return undefined;
    const reason = 'the output is too large to be searched to its end';
    return this.#problem('output-limit', reason, seconds);
  }

  #goodEnd(status: number, seconds: number): Observation {
    const { reproduced, completed, goodStatus } = this.#protocol;
    const isIncomplete = completed.length > 0 && !this.#completed;
    const needsAll = reproduced.length > 0 || isIncomplete;
    const unsearched = needsAll ? this.#unsearched(seconds) : undefined;
    if (unsearched !== undefined) return unsearched;
    if (isIncomplete) return this.#undecided(status, seconds);
    const { nothingRan, failed, cutShort } = this.#closing;
    const hint = 'Use `--good PATTERN` for a line that only a good run prints';
    const decides = completed.length > 0 || goodStatus.length > 0;
    if (cutShort !== undefined && failed === undefined && !decides) {
      const reason = `${ending(status)}, but its tests ended early (${shownLine(cutShort)})\n${hint}.`;
      return this.#problem('no-summary', reason, seconds);
    }
    if (nothingRan !== undefined) return vacuous(nothingRan);
    const tellsFailure = failed !== undefined && goodStatus.length === 0;
    if (tellsFailure && reproduced.length === 0) return this.#badEnd(status, seconds);
    if (completed.length > 0) return cleanCall(seconds);
    if (tellsFailure) {
      const reason = `a test failed (${shownLine(failed)}), and the output matches nothing in \`reproduced\``;
      return this.#problem('no-summary', reason, seconds);
    }
    const cause = this.#cause.concludeGood();
    if (cause !== null) return this.#unusable(cause, `${hint}.`, seconds);
    const hidden =
      this.#closing.anyRan || goodStatus.length > 0 ? undefined : this.#hidden.conclude();
    if (hidden === undefined) return cleanCall(seconds);
    const reason =
      `${ending(status)}, but its output reports an error: ${hidden}\n` +
      `${hint}, or \`--bad ${patternFor(hidden)}\` to count this as the bug.`;
    return this.#problem('exit-status', reason, seconds);
  }

  /** A run in whose output no pattern was found that decides it. */
  #undecided(status: number, seconds: number): Observation {
    const { reproduced, completed } = this.#protocol;
    const missing = [
      ...(reproduced.length > 0 ? ['`reproduced`'] : []),
      ...(completed.length > 0 && !this.#completed ? ['`completed`'] : []),
    ];
    const which = `${missing.length > 1 ? 'neither' : 'nothing in'} ${missing.join(' nor ')}`;
    return this.#problem(
      'no-summary',
      `${ending(status)}, and its output matches ${which}`,
      seconds,
    );
  }

  #untestable(status: number): Observation {
    const { last } = this.#telling;
    const line = last.findLast((each) => /\bskip/i.test(each)) ?? last.at(-1);
    const meaning = `status ${status} means that the script cannot be tested here`;
    return { type: 'unsupported', reason: line === undefined ? meaning : `${meaning}: ${line}` };
  }

  #crash(status: number, seconds: number): Observation {
    const heading = `${signalOf(status) ?? ''} (status ${status})`;
    return this.#failure('crash', seconds, { status, heading });
  }

  #failure(
    symptom: ScriptSymptom,
    seconds: number,
    { status, heading }: { status?: number; heading?: string } = {},
  ): Observation {
    const silent = status === undefined ? 'no output' : `status ${status}, no output`;
    const output = this.#fitting.length > 0 ? this.#fitting : this.#telling.lines;
    const lines = heading === undefined ? output : [heading, ...output];
    const notes = lines.length === 0 ? [silent] : lines;
    const best = heading ?? this.#fitting[0] ?? this.#telling.best ?? silent;
    return {
      ...cleanCall(seconds),
      symptoms: { [symptom]: 1 },
      failures: 1,
      samples: [{ call: 1, symptom, seconds, status, detail: best }],
      firstFailureSeconds: seconds,
      notes: [...notes, ...this.#droppedNote()],
    };
  }

  #problem(problem: TrialProblem, reason: string, seconds: number): Observation {
    return {
      type: 'problem',
      problem,
      reason: [reason, ...this.#telling.last, ...this.#droppedNote()].join('\n'),
      seconds,
    };
  }

  #droppedNote(): readonly string[] {
    return this.#dropped ? ['(output beyond the limit was dropped)'] : [];
  }
}

function vacuous(line: string): Observation {
  return { type: 'unsupported', reason: `no test ran: ${shownLine(line)}` };
}

function cleanCall(seconds: number): Extract<Observation, { type: 'completed' }> {
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

/** How the script ended, in words. */
function ending(status: number): string {
  const meaning =
    signalOf(status) ?? { 126: 'cannot be executed', 127: 'a command was not found' }[status];
  return `the script ended with ${statusText(status, meaning)}`;
}
