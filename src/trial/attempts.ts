/**
 * Runs of a user's run.sh, many in one container: attempts.sh starts them, and marks in its output
 * show where one ends and the next begins.
 */
import { randomUUID } from 'node:crypto';
import type {
  ContainerLimits,
  ContainerOutcome,
  Engine,
  InteractiveRequest,
} from '../engine/engine.ts';
import type { ScriptProtocol } from '../reproduction/manifest.ts';
import { failed, ok, type Result } from '../result.ts';
import type { Observation } from '../verdict/observation.ts';
import { ScriptTranscript } from './interpret.ts';
import { OutputLines, type OutputLine } from './output-lines.ts';
import type { ScriptFiles } from './sandbox-volume.ts';
import { attemptsContainer, inTerminal, type CellContainer } from './trial-container.ts';

type Stream = 'stdout' | 'stderr';

/** A script, and its surroundings. */
export interface ScriptSetting extends ScriptFiles {
  readonly protocol: ScriptProtocol;
  /** Sees what run.sh prints as it comes, line by line. */
  readonly onLine?: ((stream: Stream, text: string) => void) | undefined;
}

export type AttemptsRequest = CellContainer & ScriptSetting;

/** Attempts that one container makes at most before another one takes its place. */
const ATTEMPTS_IN_A_CONTAINER = 1000;

/** An attempt that writes this many times its limit of output is ended. */
const OUTPUT_EXCESS = 16;

/** What a container has at least from its creation to the first attempt, on a slow or distant engine. */
const READY_SECONDS = 60;

/** Containers in a row that gave no observation, after which the reason is one. */
const STARTS = 3;

/**
 * The expected reports of attempts.sh on its own checks, in order: their arguments and their
 * statuses.
 */
const CHECKS = [
  ['check-0', 0],
  ['check-7', 7],
  ['check-crash', 128 + 6],
] as const;

/** The attempts of one cell, created on request. */
export class Attempts {
  readonly #engine: Engine;
  readonly #request: AttemptsRequest;
  readonly #signal: AbortSignal;
  #container: AttemptsContainer | undefined;

  constructor(engine: Engine, request: AttemptsRequest, signal: AbortSignal) {
    this.#engine = engine;
    this.#request = request;
    this.#signal = signal;
  }

  /**
   * The next attempt's observation. Any failure is one of the type `problem`.
   *
   * @param wanted how many attempts the caller may still ask for, this one included
   */
  async next(wanted: number): Promise<Observation> {
    const { protocol } = this.#request;
    if (protocol.stdin === 'tty' && this.#engine.description.name === 'podman') {
      // Its API writes the request for the output into the terminal, where the script reads it.
      const reason = '--stdin tty does not work with Podman: use Docker, or --stdin open';
      return { type: 'problem', problem: 'engine', reason, seconds: 0 };
    }
    const single = protocol.isolation === 'container' || protocol.stdin === 'tty';
    for (let starts = 1; ; starts += 1) {
      this.#container ??= new AttemptsContainer(
        this.#engine,
        this.#request,
        single ? 1 : Math.min(wanted, ATTEMPTS_IN_A_CONTAINER),
        this.#signal,
      );
      const next = await this.#container.next();
      if (next.ok) return next.value;
      await this.close();
      // A container that could not be cleaned after an attempt gives way to a fresh one.
      if (starts >= STARTS) {
        const reason = `the container could not be prepared for an attempt: ${next.error}`;
        return containerFault(reason, 0);
      }
    }
  }

  /** Ends the container, whatever it is doing. */
  async close(): Promise<void> {
    const container = this.#container;
    this.#container = undefined;
    await container?.close();
  }
}

/** A container with the surroundings of an attempt, in which a user starts it by hand. */
export function shellContainer(
  { script, command: python, env, ...request }: ShellRequest,
  command: readonly string[],
): Omit<InteractiveRequest, 'terminal'> {
  const setting = { ...script, command: python, env };
  return { ...request, ...inTerminal(setting, true, ['shell', '0', 'shell', ...command]) };
}

type ShellRequest = Pick<CellContainer, 'image' | 'command' | 'env'> &
  ContainerLimits & { readonly script: ScriptFiles };

function containerFault(reason: string, seconds: number): Observation {
  return { type: 'problem', problem: 'container', reason, seconds };
}

/** An attempt in progress. */
interface Running {
  readonly transcript: ScriptTranscript;
  startedAt: number;
  /** Of the lines that were taken or dropped. */
  bytes: number;
  /** Of its output so far, lines that have not ended included. */
  received: number;
  /** The streams on which its end was marked. */
  readonly ended: Set<Stream>;
}

class AttemptsContainer {
  readonly #request: AttemptsRequest;
  readonly #mark = `matrix-${randomUUID()}`;
  readonly #streams: readonly Stream[];
  readonly #ended: Promise<unknown>;
  readonly #abort = new AbortController();
  /** Aborted when an attempt is late. The container's end then tells a hang from an engine that hangs. */
  readonly #expiry = new AbortController();
  readonly #observations: Observation[] = [];
  readonly #attempts = new Map<number, Running>();
  /** Which attempt the lines of a stream belong to. */
  readonly #current: Record<Stream, number> = { stdout: 0, stderr: 0 };
  readonly #checks: string[] = [];
  #concluded = 0;
  #over: string | undefined;
  #wake: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The attempt that took too long; undefined while none of them runs. */
  #late: number | undefined;
  #tooMuchOutput = false;
  #broken: string | undefined;

  constructor(engine: Engine, request: AttemptsRequest, wanted: number, signal: AbortSignal) {
    this.#request = request;
    const { stdin } = request.protocol;
    this.#streams = stdin === 'tty' ? ['stdout'] : ['stdout', 'stderr'];
    const args = [this.#mark, `${wanted}`, stdin];
    const container = attemptsContainer(request, stdin === 'tty', args);
    const reader = (stream: Stream) => {
      const lines = new OutputLines((line) => {
        this.#take(stream, line);
      });
      const read = (chunk: Buffer) => {
        lines.push(chunk);
        this.#limitOutput(stream, chunk.length);
      };
      return { lines, read };
    };
    const [stdout, stderr] = [reader('stdout'), reader('stderr')];
    this.#limitTime(Math.max(READY_SECONDS, request.limits.timeoutSeconds));
    this.#ended = engine
      .run(
        {
          ...container,
          expiry: this.#expiry.signal,
          onStdout: stdout.read,
          onStderr: stderr.read,
        },
        AbortSignal.any([signal, this.#abort.signal]),
      )
      .then((outcome) => {
        stdout.lines.end();
        stderr.lines.end();
        return outcome;
      })
      .catch((error: unknown): ContainerOutcome => {
        const reason = error instanceof Error ? error.message : String(error);
        return { type: 'engine-failed', reason, seconds: 0 };
      })
      .then((outcome) => {
        this.#finish(outcome, signal.aborted);
      });
  }

  /** @returns why there is none, if the container makes no more attempts; then none is lost */
  async next(): Promise<Result<Observation, string>> {
    for (;;) {
      const observation = this.#observations.shift();
      if (observation) return ok(observation);
      if (this.#over !== undefined) return failed(this.#over);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  /** From now on an attempt, or what is done before it, has so many seconds. */
  #limitTime(seconds = this.#request.limits.timeoutSeconds): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#late = this.#inProgress()?.[0];
      this.#expiry.abort();
    }, seconds * 1000);
  }

  #take(stream: Stream, line: OutputLine): void {
    if (line.text.startsWith(this.#mark) && !line.cut) {
      this.#takeMark(stream, line.text.slice(this.#mark.length + 1).split(' '));
      return;
    }
    const number = this.#current[stream];
    if (number === 0) {
      // On a terminal, the shell's message about a crash comes between.
      if (stream === 'stdout' && line.text.startsWith('this is ')) this.#checks.push(line.text);
      return;
    }
    const attempt = this.#attempt(number);
    // Each line and its end.
    attempt.bytes += Buffer.byteLength(line.text) + 1;
    this.#request.onLine?.(stream, line.text);
    const { outputBytes } = this.#request.limits;
    if (attempt.bytes <= outputBytes) attempt.transcript.take(line);
    else attempt.transcript.drop(line);
  }

  /** Counts bytes, because a flood of output may have no lines. */
  #limitOutput(stream: Stream, bytes: number): void {
    const attempt = this.#attempts.get(this.#current[stream]);
    if (!attempt) return;
    attempt.received += bytes;
    if (attempt.received > this.#request.limits.outputBytes * OUTPUT_EXCESS) {
      this.#tooMuchOutput = true;
      this.#abort.abort();
    }
  }

  #takeMark(stream: Stream, [word = '', name = '', ...rest]: readonly string[]): void {
    if (word === 'broken') {
      this.#broken = [name, ...rest].join(' ');
      return;
    }
    // The exit status, and how often the limits of memory and of processes were reached.
    const [exit = Number.NaN, memory = Number.NaN, processes = Number.NaN] = rest.map(Number);
    if (name.startsWith('check-')) {
      const check = `${name} ${exit}`;
      // A terminal shows the marks of both streams.
      if (stream === 'stdout' && this.#checks.at(-1) !== check) this.#checks.push(check);
      return;
    }
    const number = Number(name);
    if (word === 'begin') {
      this.#current[stream] = number;
      const attempt = this.#attempt(number);
      if (stream === 'stdout') {
        attempt.startedAt = performance.now();
        this.#limitTime();
      }
      return;
    }
    const attempt = this.#attempts.get(number);
    if (word !== 'end' || !attempt || [exit, memory, processes].some(Number.isNaN)) return;
    attempt.ended.add(stream);
    if (!this.#streams.every((one) => attempt.ended.has(one))) return;
    const seconds = (performance.now() - attempt.startedAt) / 1000;
    const fault = this.#checkFault();
    if (fault !== undefined) {
      this.#add(number, containerFault(fault, seconds));
    } else if (memory <= 0 && processes > 0) {
      const reason = `the attempt reached its limit of ${this.#request.limits.pids} processes`;
      this.#add(number, containerFault(reason, seconds));
    } else {
      const type = memory > 0 ? 'out-of-memory' : 'exited';
      this.#add(number, attempt.transcript.conclude({ type, status: exit, seconds }));
    }
  }

  #attempt(number: number): Running {
    const known = this.#attempts.get(number);
    if (known) return known;
    const attempt: Running = {
      transcript: new ScriptTranscript(this.#request.protocol),
      startedAt: performance.now(),
      bytes: 0,
      received: 0,
      ended: new Set(),
    };
    this.#attempts.set(number, attempt);
    return attempt;
  }

  #add(number: number, observation: Observation): void {
    this.#attempts.delete(number);
    this.#concluded = Math.max(this.#concluded, number);
    this.#observations.push(observation);
    this.#wake();
  }

  /** The contradiction in the container's checks; undefined if all are as expected. */
  #checkFault(): string | undefined {
    const expected = CHECKS.flatMap(([name, status]) => [
      `this is ${name.slice('check-'.length)}`,
      `${name} ${status}`,
    ]);
    const seen = this.#checks.slice(0, expected.length);
    if (expected.every((line, index) => seen[index] === line)) return undefined;
    return `/bin/sh of the image reports wrong exit statuses: expected ${JSON.stringify(expected)}, got ${JSON.stringify(seen).slice(0, 500)}`;
  }

  /** The container has ended: the attempt in progress is judged by that end. */
  #finish(outcome: ContainerOutcome, interrupted: boolean): void {
    clearTimeout(this.#timer);
    const running = this.#inProgress();
    const seconds = running ? (performance.now() - running[1].startedAt) / 1000 : 0;
    const ending = this.#endingOf(outcome, seconds, interrupted);
    // The late one may have ended meanwhile; the one after it has had no time.
    if (running && (ending.type !== 'timeout' || running[0] === this.#late)) {
      const [number, attempt] = running;
      this.#add(number, attempt.transcript.conclude(ending));
    } else if (this.#broken === undefined && this.#concluded === 0) {
      // Nothing ran at all, which is an answer as well. No script was late, so a time limit is no hang.
      const fault =
        ending.type === 'timeout'
          ? 'the container was not ready in time'
          : ending.type === 'vanished'
            ? this.#checkFault()
            : undefined;
      const { protocol } = this.#request;
      this.#add(
        1,
        fault === undefined
          ? new ScriptTranscript(protocol).conclude(ending)
          : containerFault(fault, seconds),
      );
    }
    this.#over = this.#broken ?? 'all of its attempts are done';
    this.#wake();
  }

  #inProgress(): readonly [number, Running] | undefined {
    return [...this.#attempts].sort(([a], [b]) => a - b)[0];
  }

  #endingOf(outcome: ContainerOutcome, seconds: number, interrupted: boolean): ContainerOutcome {
    if (interrupted) return { type: 'cancelled', seconds };
    if (this.#tooMuchOutput) return { type: 'output-limit', seconds };
    if (outcome.type === 'timeout') return { ...outcome, seconds };
    if (outcome.type !== 'exited') return outcome;
    const reason = `the attempt ended the process that runs it (status ${outcome.status})`;
    return { type: 'vanished', reason, seconds };
  }
}
