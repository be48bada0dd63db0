/** Which lines of a run's output tell what happened. They are seen one by one, and a few are kept. Pure. */
import { shortened, visibleLine } from '../text/visible-text.ts';

/** Lines that a cell shows at most. */
const MOST = 4;
const LAST = 3;
const LONGEST = 400;

/** Headings by which programs announce what killed them. */
const HEADINGS: readonly RegExp[] = [
  /^not ok\b/,
  /^(FAIL|ERROR|FAILED)(:| |$)/,
  /^E {3,}\S/,
  /Fatal Python error/,
  /==\d+==\s*ERROR: \w*Sanitizer/,
  /(WARNING|ERROR): (Thread|Address|Memory|Leak)Sanitizer/,
  /: runtime error: /,
  /^Program received signal /,
  /\b(Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception)\b/,
  /^(panic:|thread '.*' panicked)/,
  /\bassert(ion)?\b.*\bfailed\b/i,
];

/** A frame of a traceback, by any Python. */
const FRAME = /^\s+File "(?<file>[^"]+)", line \d+/;
/** Where an interpreter has its own modules. */
const LIBRARY = /^(<|\/usr\/lib|\/usr\/local\/lib|\/opt\/)|\/lib(64)?[-/](python|pypy)/;
const TRACEBACK = /^\s*Traceback \(most recent call last\)/;
const TRACEBACK_END = /^[A-Za-z_][\w.]*(: |$)/;

/** The lines of one traceback. */
interface Traceback {
  frame: string | undefined;
  /** Whether the last frame is of source that has no file. */
  lastFile: string | undefined;
  end: string | undefined;
}

/** Collects the lines of one run, of both streams in the order in which they came. */
export class TellingLines {
  readonly #wanted: string[] = [];
  readonly #headings: string[] = [];
  readonly #last: string[] = [];
  #traceback: Traceback | undefined;
  #inTraceback = false;
  /** A frame without a traceback, as a syntax error is reported. */
  #syntax: string | undefined;

  /** @param isWanted whether the reproduction itself names this line as evidence */
  take(text: string, isWanted: boolean): void {
    if (isWanted && this.#wanted.length < MOST) this.#wanted.push(shown(text));
    if (this.#headings.length < MOST && HEADINGS.some((heading) => heading.test(text))) {
      this.#headings.push(shown(text));
    }
    this.#takeTraceback(text);
    this.#last.push(shown(text));
    if (this.#last.length > LAST) this.#last.shift();
  }

  #takeTraceback(text: string): void {
    if (TRACEBACK.test(text)) {
      this.#traceback = { frame: undefined, lastFile: undefined, end: undefined };
      this.#inTraceback = true;
      return;
    }
    const file = FRAME.exec(text)?.groups?.['file'];
    if (file !== undefined) {
      if (!this.#inTraceback) this.#syntax = text;
      else if (this.#traceback) {
        this.#traceback.lastFile = file;
        if (!LIBRARY.test(file) || this.#traceback.frame === undefined) {
          this.#traceback.frame = shown(text.trim());
        }
      }
      return;
    }
    if (/^\s/.test(text) || !TRACEBACK_END.test(text)) return;
    if (this.#inTraceback && this.#traceback) {
      this.#traceback.end = shown(text);
      this.#inTraceback = false;
    } else if (this.#syntax !== undefined && SYNTAX_ERROR.test(text)) {
      this.#traceback = {
        frame: shown(this.#syntax.trim()),
        lastFile: undefined,
        end: shown(text),
      };
      this.#syntax = undefined;
    }
  }

  /** The last traceback's last line, and the file of its last frame; a syntax error has none. */
  get exception(): { readonly text: string; readonly lastFile: string | undefined } | undefined {
    const end = this.#traceback?.end;
    return end === undefined ? undefined : { text: end, lastFile: this.#traceback?.lastFile };
  }

  /** The last lines, up to three. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** The lines to show, up to four; empty where there was no output. */
  get telling(): readonly string[] {
    if (this.#wanted.length > 0) return this.#wanted;
    const { frame, end } = this.#traceback ?? {};
    const chosen = [
      ...(end === undefined ? [] : [end]),
      ...(frame === undefined || end === undefined ? [] : [frame]),
      ...this.#headings,
    ];
    const unique = [...new Set(chosen)].slice(0, MOST);
    return unique.length > 0 ? unique : this.#last;
  }
}

/** What Python calls a text that it cannot parse. */
export const SYNTAX_ERROR = /^(SyntaxError|IndentationError|TabError)(: |$)/;

function shown(text: string): string {
  return shortened(visibleLine(text.slice(0, LONGEST * 2)), LONGEST);
}
