/** What a run of a user's run.sh wrote, and how its container ended -> one observation. Pure. */
import type { ContainerOutcome } from '../engine/engine.ts';
import type { Observation, TrialProblem } from '../verdict/observation.ts';
import { shortened, visibleLine } from '../text/visible-text.ts';
import { containerProblem, signalOf } from './container-problem.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import { OutputLines, type OutputLine } from './output-lines.ts';
import type { OutputPattern } from '../reproduction/output-pattern.ts';

/** Lines of output that a failing cell shows, and that the reason of an error ends with. */
const SHOWN_LINES = 3;

const SHOWN_CHARACTERS = 400;

/** `git bisect run` takes this for: cannot be tested here. */
const UNTESTABLE = 125;

/** The statuses of a shell that could not start a program, and of programs that a signal ended. */
const FIRST_ERROR = 126;

/** Sent from outside: by the kernel for want of memory, or by a client that ends the container. */
const FOREIGN_SIGNALS = ['SIGKILL', 'SIGTERM'];

/** Collects a run's output, and judges it when its container has ended. */
export class ScriptTranscript {
  readonly #protocol: ScriptProtocol;
  readonly #streams = {
    stdout: new OutputLines((line) => {
      this.#take(line);
    }),
    stderr: new OutputLines((line) => {
      this.#take(line);
    }),
  };
  #reproduced = false;
  #completed = false;
  #cut = false;
  readonly #evidence: string[] = [];
  readonly #last: string[] = [];

  constructor(protocol: ScriptProtocol) {
    this.#protocol = protocol;
  }

  push(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#streams[stream].push(chunk);
  }

  /** The observation of this run: one call, and if it showed the bug, one failure. */
  conclude(outcome: ContainerOutcome): Observation {
    this.#streams.stdout.end();
    this.#streams.stderr.end();
    if (outcome.type !== 'exited') {
      const { problem, reason } = containerProblem(outcome);
      return this.#problem(problem, reason, 'seconds' in outcome ? outcome.seconds : 0);
    }
    return this.#protocol.type === 'patterns'
      ? this.#byPatterns(outcome.status, outcome.seconds)
      : this.#byStatus(outcome.status, outcome.seconds);
  }

  #byStatus(status: number, seconds: number): Observation {
    if (status === 0) return clean(seconds);
    if (status === UNTESTABLE) {
      const said = this.#last.length === 0 ? '' : `: ${this.#last.join(' / ')}`;
      return { type: 'unsupported', reason: `run.sh says that it cannot be tested here${said}` };
    }
    if (status >= FIRST_ERROR) {
      return this.#problem('exit-status', `run.sh ended with ${inWords(status)}`, seconds);
    }
    return this.#failure(seconds, status);
  }

  #byPatterns(status: number, seconds: number): Observation {
    if (FOREIGN_SIGNALS.includes(signalOf(status) ?? '')) {
      return this.#problem('exit-status', `run.sh ended with ${inWords(status)}`, seconds);
    }
    if (this.#reproduced) return this.#failure(seconds, undefined);
    if (this.#cut) {
      const reason = 'a line of output is so long that patterns could not be looked for in its end';
      return this.#problem('malformed-output', reason, seconds);
    }
    if (this.#completed) return clean(seconds);
    const reason =
      `run.sh ended with ${inWords(status)}, and its output fits neither \`reproduced\` nor ` +
      `\`completed\``;
    return this.#problem('no-summary', reason, seconds);
  }

  #failure(seconds: number, status: number | undefined): Observation {
    const evidence = this.#evidence.length > 0 ? this.#evidence : this.#last;
    const [detail] = evidence;
    return {
      ...clean(seconds),
      symptoms: { reproduced: 1 },
      failures: 1,
      samples: [
        {
          call: 1,
          symptom: 'reproduced',
          seconds,
          ...(status === undefined ? {} : { status }),
          ...(detail === undefined ? {} : { detail }),
        },
      ],
      firstFailureSeconds: seconds,
      notes: [...evidence],
    };
  }

  #problem(problem: TrialProblem, reason: string, seconds: number): Observation {
    return { type: 'problem', problem, reason: [reason, ...this.#last].join('\n'), seconds };
  }

  #take({ text, cut }: OutputLine): void {
    if (cut) this.#cut = true;
    if (this.#protocol.type === 'patterns') {
      const { reproduced, completed, evidence } = this.#protocol;
      const shows = fits(reproduced, text);
      if (shows) this.#reproduced = true;
      this.#completed ||= fits(completed, text);
      if (shows || this.#wants(evidence, text)) this.#show(text);
    } else if (this.#wants(this.#protocol.evidence, text)) {
      this.#show(text);
    }
    this.#last.push(shown(text));
    if (this.#last.length > SHOWN_LINES) this.#last.shift();
  }

  /** Once there are enough lines, no more are looked for. */
  #wants(patterns: readonly OutputPattern[], text: string): boolean {
    return this.#evidence.length < SHOWN_LINES && fits(patterns, text);
  }

  #show(text: string): void {
    if (this.#evidence.length < SHOWN_LINES) this.#evidence.push(shown(text));
  }
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

function shown(text: string): string {
  return shortened(visibleLine(text.slice(0, SHOWN_CHARACTERS * 2)), SHOWN_CHARACTERS);
}

/** `status 127 (not found)`, `status 139 (SIGSEGV)`. */
function inWords(status: number): string {
  const meaning =
    signalOf(status) ?? { 126: 'cannot be executed', 127: 'a command was not found' }[status];
  return `status ${status}${meaning === undefined ? '' : ` (${meaning})`}`;
}
