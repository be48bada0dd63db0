/**
 * Whether a run failed because its row lacks something: a module, a program, a network, a
 * permission. A false positive hides a bug, and a false negative reports one that does not exist.
 * So only the exact form counts in which Python, a shell or a tool reports the cause, never words
 * alone. Pure.
 */
import type { ClosingLines } from './closing-lines.ts';
import { isInstalled, Tracebacks, type Traceback } from './tracebacks.ts';

/** Lines of a run.sh that may follow what its program failed of. */
const LINES_AFTER = 5;

/** Last lines that count where there is no traceback. */
const LAST_LINES = 3;

const READ_CHARACTERS = 500;

/** Every image has them, so that not finding one is a finding. */
const ALWAYS_THERE = /^(?:sh|cat|echo|true|false|ls|sleep|env|test|pwd)$/;

const NETWORK =
  /Temporary failure in name resolution|Name or service not known|Name does not resolve|nodename nor servname provided|\[Errno -3\] Try again|Network (?:is )?unreachable|Could not resolve host|NameResolutionError/;

/** EPERM, EACCES, ENOTTY, EFBIG, ENOSPC and EROFS. */
const REFUSED = /^\[Errno (?:1|13|25|27|28|30)\] /;

const OS_ERROR = /^(?:OSError|IOError|PermissionError|error|Error|EnvironmentError|WindowsError)$/;
/** Of `locale.setlocale`. musl accepts every name. */
const NO_LOCALE = 'unsupported locale setting';
const NO_THREAD = "can't start new thread";
const MISSING_MODULE = 'No module named ';

/** Of `subprocess`, `os.exec…` and `os.spawn…`, whose FileNotFoundError is about a program. */
const STARTS_A_PROGRAM = /^(?:_execute_child|_posix_spawn|_execvpe|exec[lv]p?e?|spawn\w*)$/;
const SUBPROCESS = /(?:^|\/)subprocess\.py$/;

/**
 * Functions that compile text while the script runs: text that does not parse may be the bug
 * itself.
 */
const COMPILES = /\b(?:compile|exec|eval|parse|literal_eval)\s*\(/;

/** Reads a run's lines one by one, with bounded memory. */
export class HarnessCause {
  readonly #closing: ClosingLines;
  readonly #tracebacks = new Tracebacks({
    onStart: () => {
      this.#causeBefore = this.#atEnd();
    },
    onEnd: (traceback) => {
      this.#end(traceback);
    },
    onChained: () => {
      if (this.#lastIsOwn) this.#ownTracebacks -= 1;
      this.#lastIsOwn = false;
    },
  });
  readonly #last: string[] = [];
  /** Of the last traceback; null if it is about the bug. */
  #cause: string | null = null;
  #causeBefore: string | null = null;
  #linesAfter = 0;
  #sawTraceback = false;
  /** How many tracebacks are about the bug. */
  #ownTracebacks = 0;
  #lastIsOwn = false;

  /** @param closing sees the same lines, and each before this */
  constructor(closing: ClosingLines) {
    this.#closing = closing;
  }

  take(line: string): void {
    if (this.#tracebacks.take(line)) return;
    this.#linesAfter += 1;
    this.#last.push(line.slice(0, READ_CHARACTERS).trim());
    if (this.#last.length > LAST_LINES) this.#last.shift();
  }

  /** The line that names the cause, at the end of the output; null if the bug is the cause. */
  conclude(): string | null {
    this.#tracebacks.end();
    if (this.#closing.isTestRunner && this.#ownTracebacks > 0) return null;
    return this.#atEnd();
  }

  /**
   * The line by which the program of a script did not run, although the script ended well: a pipe or a
   * later command hides its status. Refusals are left out, because a script may report them and go on.
   */
  concludeGood(): string | null {
    this.#tracebacks.end();
    return this.#closing.anyRan ? null : this.#atEnd(isNotStarted);
  }

  #atEnd(isCause: (line: string) => boolean = isReport): string | null {
    if (!this.#sawTraceback) return this.#last.findLast(isCause) ?? null;
    const isLast = this.#linesAfter <= LINES_AFTER || this.#closing.isTestRunner;
    return isLast ? this.#cause : null;
  }

  #end(traceback: Traceback): void {
    if (traceback.exception === 'CalledProcessError') this.#cause = this.#causeBefore;
    else this.#cause = isHarness(traceback) ? traceback.last : null;
    this.#lastIsOwn = this.#cause === null;
    if (this.#lastIsOwn) this.#ownTracebacks += 1;
    this.#sawTraceback = true;
    this.#linesAfter = 0;
  }
}

function isHarness(traceback: Traceback): boolean {
  const { exception, message, frame, unparsed } = traceback;
  switch (exception) {
    case 'ModuleNotFoundError':
    case 'ImportError':
      return lacksModule(message);
    case 'SyntaxError':
    case 'IndentationError':
    case 'TabError':
      if (!traceback.headed) return true;
      if (unparsed === undefined || unparsed.startsWith('<') || isInstalled(unparsed)) return false;
      return !COMPILES.test(frame?.source ?? '');
    case 'gaierror':
    case 'URLError':
    case 'ConnectionError':
    case 'ConnectError':
    case 'ClientConnectorError':
    case 'ClientConnectorDNSError':
      return NETWORK.test(message);
    case 'FileNotFoundError':
      return lacksProgram(message, traceback);
    // A limit of the user or the engine's seccomp profile, which Docker before 20.10.10 has for clone3.
    case 'RuntimeError':
      return message === NO_THREAD;
    case 'ValueError':
      return message === 'not allowed to raise maximum limit';
    case 'EOFError':
      return message === 'EOF when reading a line';
    case 'ZoneInfoNotFoundError':
      return message.includes('No time zone found');
    case 'TclError':
      return /\bdisplay\b/.test(message);
    default:
      if (!OS_ERROR.test(exception)) return false;
      if (message.startsWith('[Errno 2] ')) return lacksProgram(message, traceback);
      if (NETWORK.test(message) || message === NO_LOCALE || message === NO_THREAD) return true;
      return REFUSED.test(message) && !isOwnFile(message, traceback);
  }
}

function lacksModule(message: string): boolean {
  // A file of the script's own that hides a module is the script's business.
  if (message.startsWith(MISSING_MODULE)) return !message.endsWith('is not a package');
  if (message.startsWith('cannot import name ')) {
    if (message.includes('circular import')) return false;
    const place = /\(([^()]*)\)$/.exec(message)?.[1];
    return place === undefined || place === 'unknown location' || isInstalled(place);
  }
  return /cannot open shared object file|^Error loading shared library/.test(message);
}

function lacksProgram(message: string, { frame }: Traceback): boolean {
  if (!startsProgram(frame)) return false;
  const name = /^\[Errno 2\] No such file or directory: u?(['"])(.*)\1/.exec(message)?.[2];
  if (name === undefined) return /^\[Errno 2\] No such file or directory$/.test(message);
  const bare = name.replace(/^\/(?:usr\/)?(?:local\/)?s?bin\//, '');
  return bare !== '' && !bare.includes('/') && !ALWAYS_THERE.test(bare);
}

function startsProgram(frame: Traceback['frame']): boolean {
  return frame !== undefined && (STARTS_A_PROGRAM.test(frame.name) || SUBPROCESS.test(frame.file));
}

/** Files below /tmp are the script's own, unless one is a program that may not be started there. */
function isOwnFile(message: string, { frame }: Traceback): boolean {
  return /^\[Errno (?:1|13)\] [^:]*: u?['"]\/tmp\//.test(message) && !startsProgram(frame);
}

/** A line in which a script reports its result; it may quote a system error. */
const FINDING =
  /^\W*(?:fail|bug|not ok|assert)|\b(?:bug|expected|instead|should|unexpected|mismatch|wrong)\b/i;

/** Where a shell was, and names of files and addresses: a file named bug.sh reports no bug. */
const NAMES = /^\S+: (?:line )?\d+: |\S*[/.]\w\S*/g;

const PYTHON_PROGRAM = /(?:^|\/)(?:python|pypy)[\w.-]*$/i;

const NOT_FOUND = [
  /^\S*sh(?:: (?:line )?\d+)?: (?:exec: )?([^\s:]+): (?:command )?not found$/,
  /^\.?\/\S+: (?:line )?\d+: (?:exec: )?([^\s:]+): (?:command )?not found$/,
  /^(?:\S*\/)?env: (?:can't execute )?['‘"`]?([^'’"`]+)['’"]?: No such file or directory$/,
  /^make(?:\[\d+\])?: ([^\s:]+): (?:command not found|No such file or directory)$/,
  // Of programs that start another one, in the wording of coreutils, util-linux, GNU time and busybox.
  /^[\w/.-]+: (?:failed to (?:run command|execute)|can't execute|cannot run) ['‘"`]?([^\s'’"`:]+)['’"`]?: No such file or directory$/,
  /^(?:\S*\/)?(?:nice|xargs|strace): (?:Can't stat )?['‘]?([^\s'’:]+)['’]?: No such file or directory$/,
  /^strace: Cannot find executable '([^']+)'$/,
  // What a script was to compile before; bash says the same of a file that is read, hence the names.
  /^\S+: line \d+: (\.\/[\w-]+(?:\.out)?): No such file or directory$/,
] as const;

/** Of a shell or a loader: the program is there, and does not start on this row. */
const NOT_STARTABLE =
  /^\S+: (?:line )?(?:\d+: )?\S+: (?:cannot execute(?: binary file)?(?:: .*)?|\S+: bad interpreter: No such file or directory|Exec format error)$|^\S+: error while loading shared libraries: |^Error loading shared library |^\S+: \S+: version `[\w.]+' not found \(required by /;

/** The usual end of a line that reports a failed system call. */
const REFUSAL =
  /[:(] ?(?:Permission denied|Operation not permitted|Read-only file system|No space left on device)\)?\.?$/;
const UNREACHABLE =
  /(?:Temporary failure in name resolution|Name or service not known|Name does not resolve|Network (?:is )?unreachable)\.?$/;
/** The text of a shell that another shell does not understand, or that is no shell's. */
const NO_SHELL_TEXT = /^\S+: (?:line )?\d+: (?:[Ss]yntax error\b|.*\bsyntax error: )/;
const LACKS_ARGUMENTS =
  /^usage: \S|^\S+: error: (?:the following arguments are required: |too few arguments$)/i;
const LACKS_ROOT =
  /\b(?:must|has to|have to|needs? to|should) be (?:run (?:as|by) )?(?:root|superuser)\b|\b(?:requires?|needs?) root\b|\brun (?:this |it )?(?:script )?as root\b/i;
const OTHER_REPORTS =
  /\bCould not resolve host: |: unable to resolve host address|: bad address '|^(?:ERROR: )?No matching distribution found for |\(are you root\?\)$|: must be superuser to /;

/** Whether a line is the report of a shell or an interpreter that it could not start a program. */
function isNotStarted(line: string): boolean {
  const name = NOT_FOUND.map((form) => form.exec(line)?.[1]).find((found) => found !== undefined);
  if (name !== undefined) return !ALWAYS_THERE.test(name);
  if (NO_SHELL_TEXT.test(line) || NOT_STARTABLE.test(line)) return true;
  const [, program, rest] = /^(\S+): (.*)$/.exec(line) ?? [];
  if (program === undefined || rest === undefined || !PYTHON_PROGRAM.test(program)) return false;
  return (
    rest.startsWith(MISSING_MODULE) ||
    rest.startsWith("can't open file ") ||
    (/^Error while finding module specification\b/.test(rest) && rest.includes(MISSING_MODULE))
  );
}

/** Whether a line is the report of a shell or a tool that something is not there or not allowed. */
function isReport(line: string): boolean {
  if (isNotStarted(line) || LACKS_ARGUMENTS.test(line) || LACKS_ROOT.test(line)) return true;
  if (FINDING.test(line.replaceAll(NAMES, ''))) return false;
  const colon = line.indexOf(': ');
  if (colon < 1) return false;
  const rest = line.slice(colon + 2);
  return REFUSAL.test(line) || UNREACHABLE.test(rest) || OTHER_REPORTS.test(line);
}

/** Characters of a line that a pattern for it is made of. */
const PATTERN_CHARACTERS = 80;

/**
 * An argument for `--bad` that fits the line: literal, and quoted for a shell. Quotes and characters
 * that a terminal would obey become `.`, which fits them.
 */
export function patternFor(line: string): string {
  const pattern = line
    .trim()
    .slice(0, PATTERN_CHARACTERS)
    // Half a character would fit nothing.
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()
    .replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
    .replace(/['\p{C}]/gu, '.');
  return `'${pattern}'`;
}
