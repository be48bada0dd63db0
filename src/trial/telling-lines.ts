/** Selects the few most informative lines of a run's output as they arrive. Pure. */
import { shortened, visibleLine } from '../text/visible-text.ts';
import { Tracebacks, type Traceback } from './tracebacks.ts';

/** Lines that a failing run shows. */
const SHOWN_LINES = 5;

/**
 * Lines of each kind that are kept, and the last lines that are shown if no other line is
 * informative.
 */
const LINES_OF_A_KIND = 3;

const SHOWN_CHARACTERS = 400;

/** Lines that a runtime, a sanitizer, a debugger or a C library prints about a crash. */
const CRASH =
  /^(?:Fatal Python error: |==\d+== ?ERROR: |=+\s*(?:WARNING|ERROR): \w+Sanitizer|(?:Program|Thread \d+ .*) received signal |SUMMARY: \w+Sanitizer|\*\*\* .* (?:detected|terminated)|(?:free|malloc|realloc|munmap_chunk)\(\): |RPython traceback:)/;
const ASSERTION = /: Assertion .* failed\.?$|^Assertion failed: /;
const RUNTIME_ERROR = ': runtime error: ';
/** The words of a shell for the signals that a program causes itself, as a part of a regular expression. */
export const CRASH_WORDS = String.raw`Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Trace\/breakpoint trap`;
const SHELL_CRASH = new RegExp(
  String.raw`(?:^|[\s:])(?:${CRASH_WORDS})(?: +\(core dumped\))?(?:\s|$)`,
);

/** A test that failed; the summary `FAILED (failures=1)` is less specific. */
const FAILED_TEST = /^(?:not ok\b|FAIL(?:ED)?: ?\S|FAILED \S+::|ERROR: |ERROR \S+::)/;
const PYTEST_LINE = /^E {3,}\S/;

interface Kept {
  readonly order: number;
  readonly text: string;
}

/** Reads a run's lines one by one, with bounded memory. */
export class TellingLines {
  #order = 0;
  readonly #crashes: Kept[] = [];
  readonly #tests: Kept[] = [];
  readonly #pytest: Kept[] = [];
  #afterPytest = true;
  #shellCrash: Kept | undefined;
  #exception: Kept | undefined;
  #frame: Kept | undefined;
  /** The last line outside of a traceback since the last one. */
  #after: Kept | undefined;
  readonly #last: string[] = [];
  readonly #tracebacks = new Tracebacks({
    onEnd: (traceback) => {
      this.#keepTraceback(traceback);
    },
  });

  /** @param line as it came, which may hold anything */
  take(line: string): void {
    this.#order += 1;
    const kept = { order: this.#order, text: line };
    if (!this.#tracebacks.take(line)) this.#after = kept;
    const start = line.slice(0, SHOWN_CHARACTERS);
    if (tellsCrash(start)) keepFirst(this.#crashes, kept);
    else if (FAILED_TEST.test(start)) keepFirst(this.#tests, kept);
    else if (SHELL_CRASH.test(start)) this.#shellCrash = kept;
    const isPytest = PYTEST_LINE.test(start);
    if (isPytest && this.#afterPytest) keepFirst(this.#pytest, kept);
    this.#afterPytest = !isPytest;
    this.#last.push(line);
    if (this.#last.length > LINES_OF_A_KIND) this.#last.shift();
  }

  /** The last lines, ready to be shown: up to three. */
  get last(): readonly string[] {
    return this.#last.map(shownLine);
  }

  /**
   * The most informative lines, ready to be shown, in their order: up to five, none without any
   * output.
   */
  get lines(): readonly string[] {
    const kept = [
      ...this.#crashes,
      ...(this.#pytest.length > 0 ? this.#pytest : [this.#exception, this.#frame]),
      this.#shellCrash,
      ...this.#tests,
      // A script that continues after a traceback prints its conclusion last.
      this.#exception && this.#tests.length + this.#pytest.length === 0 ? this.#after : undefined,
    ]
      .filter((line) => line !== undefined)
      .slice(0, SHOWN_LINES)
      .sort((a, b) => a.order - b.order)
      .map(({ text }) => shownLine(text));
    return kept.length === 0 ? this.last : [...new Set(kept)];
  }

  /** The most informative line; undefined without any output. */
  get best(): string | undefined {
    const best = this.#crashes[0] ?? this.#pytest[0] ?? this.#exception ?? this.#tests[0];
    return best ? shownLine(best.text) : this.lines[0];
  }

  #keepTraceback({ last, scriptFrame }: Traceback): void {
    this.#after = undefined;
    this.#exception = { order: this.#order, text: last };
    this.#frame =
      scriptFrame === undefined ? undefined : { order: this.#order - 0.5, text: scriptFrame };
  }
}

/** A line as it is shown: nothing in it is interpreted, and a long line is cut. */
export function shownLine(text: string): string {
  return shortened(visibleLine(text.slice(0, SHOWN_CHARACTERS * 2)), SHOWN_CHARACTERS);
}

/** Whether a runtime, a sanitizer, a debugger or a C library reports a crash in this line. */
export function tellsCrash(line: string): boolean {
  return (
    CRASH.test(line) ||
    line.includes(RUNTIME_ERROR) ||
    (line.includes('Assertion ') && ASSERTION.test(line))
  );
}

function keepFirst(lines: Kept[], line: Kept): void {
  if (lines.length < LINES_OF_A_KIND) {
    lines.push({ ...line, text: line.text.slice(0, SHOWN_CHARACTERS * 2) });
  }
}
