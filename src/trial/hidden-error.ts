/**
 * A crash or an uncaught exception that a script's good status hides: of a thread, of a child, or of a
 * program before a pipe. Pure.
 */
import { CRASH_WORDS, shownLine, tellsCrash } from './telling-lines.ts';
import { Tracebacks } from './tracebacks.ts';

const THREAD = /^Exception in thread \S.*:\s*$/;
/** Daemon threads of Python 2 print this when their modules are gone: the end of every such script. */
const AT_SHUTDOWN = 'interpreter shutdown';
/** Of `multiprocessing`, before the traceback of a child. */
const PROCESS = /^Process \S.*:\s*$/;
/** The whole line of dash or bash about a program that a signal ended; a script may use the words, too. */
const SHELL_CRASH = new RegExp(
  String.raw`^(?:\S+: line \d+: +\d+ )?(?:${CRASH_WORDS})(?: +\(core dumped\))?(?: {2,}\S.*)?$`,
);

const READ_CHARACTERS = 500;

/** Reads a run's lines one by one, with bounded memory. */
export class HiddenError {
  #first: string | undefined;
  /** The last line of a traceback, until another line follows. */
  #ending: string | undefined;
  #before = '';
  readonly #tracebacks = new Tracebacks({
    onStart: () => {
      if (PROCESS.test(this.#before)) this.#first ??= this.#before;
    },
    onEnd: ({ last }) => {
      this.#ending = last;
    },
  });

  take(line: string): void {
    const text = line.slice(0, READ_CHARACTERS);
    if (text.trim() === '') return;
    if (this.#tracebacks.take(text)) {
      this.#before = '';
      return;
    }
    this.#ending = undefined;
    this.#before = text;
    const isThread = THREAD.test(text) && !text.includes(AT_SHUTDOWN);
    if (isThread || tellsCrash(text) || SHELL_CRASH.test(text.trimEnd())) this.#first ??= text;
  }

  /** The line that shows it, at the end of the output; undefined if there is none. */
  conclude(): string | undefined {
    this.#tracebacks.end();
    const line = this.#first ?? this.#ending;
    return line === undefined ? undefined : shownLine(line.trim());
  }
}
