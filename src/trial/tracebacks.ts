/**
 * The tracebacks of Python in a script's output, read line by line with the memory of one. Lines of
 * other threads and processes may come between those of a traceback. Pure.
 */

/** Longer lines are read as if they ended here. */
const READ_CHARACTERS = 2000;

/** Lines of others after which a traceback that does not end is given up. */
const STRAY_LINES = 50;

/** How an uncaught exception ended. */
export interface Traceback {
  /** Such as `ValueError: no such thing`. */
  readonly last: string;
  /** `ValueError`, without its module. */
  readonly exception: string;
  /** The text after the name of the exception. */
  readonly message: string;
  /** Whether it began with Python's heading; a script that does not parse has none. */
  readonly headed: boolean;
  /** The innermost frame: its file, function and line of source. */
  readonly frame: Frame | undefined;
  /** The innermost frame outside of the Python installation, as it was printed. */
  readonly scriptFrame: string | undefined;
  /** The file that does not parse, for a SyntaxError. */
  readonly unparsed: string | undefined;
}

interface Frame {
  readonly file: string;
  readonly name: string;
  source: string;
}

const HEADING = /^(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
const FRAME = /^ {2}File "([^"]*)", line \d+(?:, in (.*))?$/;
const EXCEPTION =
  /^((?:[\p{L}_][\p{L}\p{N}_]*|<locals>)(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|<locals>))*)(?::\s?(.*))?$/u;
const SYNTAX = /^(?:Syntax|Indentation|Tab)Error$/;
const CHAIN =
  /^(?:During handling of the above exception, another|The above exception was the direct)/;
/** Pytest's form of an exception, and the place that follows it. */
const PYTEST = /^E {3,}(\S.*)$/;
const PYTEST_PLACE = /^(\S+\.py):\d+: \w+/;

interface TracebackListener {
  /** A traceback begins; what was printed just before it may be its cause. */
  readonly onStart?: () => void;
  readonly onEnd: (traceback: Traceback) => void;
  /** The last one was only the context of the one that follows. */
  readonly onChained?: () => void;
}

interface Open {
  readonly headed: boolean;
  readonly ignored: boolean;
  frame: Frame | undefined;
  scriptFrame: string | undefined;
  unparsed: string | undefined;
  strays: number;
}

/** Passes each traceback to a listener. */
export class Tracebacks {
  readonly #listener: TracebackListener;
  #open: Open | null = null;
  #ignoreNext = false;
  #pytest: { lines: number; file: string | undefined; last: string } | null = null;

  constructor(listener: TracebackListener) {
    this.#listener = listener;
  }

  /** @returns whether the line is a part of a traceback */
  take(line: string): boolean {
    // Nearly every line of a flood is none of a traceback's.
    if (!this.#open && !this.#pytest && !/^[ TED]/.test(line)) return false;
    // Groups of exceptions draw a margin; what is in it reads as any other traceback.
    const text = line.slice(0, READ_CHARACTERS).replace(/^ +[|+] ?/, '');
    if (this.#takePytest(text)) return true;
    if (HEADING.test(text)) {
      this.#start(true);
      return true;
    }
    const open = this.#open;
    const isPart = open ? this.#continue(open, text) : this.#startUnheaded(text);
    if (isPart) return true;
    // Its traceback is printed, but it ends nothing.
    if (text.startsWith('Exception ignored ')) this.#ignoreNext = true;
    if (CHAIN.test(text)) {
      this.#listener.onChained?.();
      return true;
    }
    return false;
  }

  /** Ends the output: pytest's last exception may wait for its place. */
  end(): void {
    this.#endPytest(undefined);
  }

  #start(headed: boolean, unparsed?: string): void {
    this.#open = {
      headed,
      ignored: this.#ignoreNext,
      frame: undefined,
      scriptFrame: undefined,
      unparsed,
      strays: 0,
    };
    this.#ignoreNext = false;
    if (!this.#open.ignored) this.#listener.onStart?.();
  }

  #startUnheaded(text: string): boolean {
    const match = FRAME.exec(text);
    if (!match || match[2] !== undefined) return false;
    this.#start(false, match[1]);
    return true;
  }

  #continue(open: Open, text: string): boolean {
    const match = FRAME.exec(text);
    if (match) {
      const [line, file = '', name] = match;
      if (name === undefined) open.unparsed = file;
      else {
        open.frame = { file, name, source: '' };
        if (!isInstalled(file)) open.scriptFrame = line.trim();
      }
      return true;
    }
    if (/^\s/.test(text)) {
      if (open.frame?.source === '') open.frame.source = text.trim();
      return true;
    }
    const ended = exceptionOf(text);
    if (ended && (open.headed || SYNTAX.test(ended.exception))) {
      this.#open = null;
      if (!open.ignored) this.#listener.onEnd({ ...open, ...ended });
      return true;
    }
    open.strays += 1;
    if (!open.headed || open.strays > STRAY_LINES) this.#open = null;
    return false;
  }

  #takePytest(text: string): boolean {
    const match = PYTEST.exec(text);
    if (!match) {
      if (this.#pytest) this.#endPytest(PYTEST_PLACE.exec(text)?.[1]);
      return false;
    }
    const message = match[1] ?? '';
    const file = /^File "([^"]*)", line \d+$/.exec(message)?.[1];
    if (!this.#pytest) {
      this.#listener.onStart?.();
      this.#pytest = { lines: 0, file, last: message };
    }
    // A script that does not parse is shown before the name of the error.
    else if (
      this.#pytest.file !== undefined &&
      SYNTAX.test(exceptionOf(message)?.exception ?? '')
    ) {
      this.#pytest.last = message;
    }
    this.#pytest.lines += 1;
    return true;
  }

  #endPytest(place: string | undefined): void {
    const pytest = this.#pytest;
    if (!pytest) return;
    this.#pytest = null;
    const ended = exceptionOf(pytest.last);
    this.#listener.onEnd({
      last: pytest.last,
      exception: ended?.exception ?? 'AssertionError',
      message: ended?.message ?? '',
      headed: true,
      frame: place === undefined ? undefined : { file: place, name: '', source: '' },
      scriptFrame: undefined,
      unparsed: pytest.file,
    });
  }
}

/** Whether a file belongs to a Python installation or to its packages, and not to a script. */
export function isInstalled(file: string): boolean {
  return /^\/usr\/lib\/|^\/opt\/|\/lib\/(?:python|pypy)|\/lib-python\/|\/lib_pypy\/|site-packages|^<(?!stdin>|string>)/.test(
    file,
  );
}

/** A word alone is the name of an exception only if it looks like one: `done` is not. */
function exceptionOf(text: string): Pick<Traceback, 'last' | 'exception' | 'message'> | null {
  const match = EXCEPTION.exec(text.trimEnd());
  if (!match) return null;
  const [last, name = '', message = ''] = match;
  if (!name.includes('.') && !/^\p{Lu}/u.test(name)) return null;
  return { last, exception: name.slice(name.lastIndexOf('.') + 1), message };
}
