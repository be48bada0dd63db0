/**
 * Whether a run that ended badly failed for reasons of the sandbox or of the interpreter and not of the
 * bug: a module that this Python lacks, syntax that it does not know, a program, a network or a
 * permission that there is not. A wrong yes hides a bug, and a wrong no sends people after a ghost, so
 * only lines that an interpreter, a shell or a C library writes at the end count. Pure.
 */
import { SYNTAX_ERROR, type TellingLines } from './telling-lines.ts';

/** As an exception's last line. */
const EXCEPTIONS: readonly RegExp[] = [
  /^(ImportError|ModuleNotFoundError): No module named /,
  /^(ImportError|ModuleNotFoundError): (this platform|can't find)/,
  // A program by its bare name was looked for along PATH.
  /^(FileNotFoundError|OSError): \[Errno 2\] No such file or directory(: b?'[^'/]+')?$/,
  /^(\w+\.)*(gaierror|URLError|ConnectionError|NewConnectionError)\b.*(name resolution|Name or service not known|nodename nor servname|Name does not resolve)/,
  /^(OSError|socket\.error|(\w+\.)*URLError)\b.*(Network is unreachable|Network unreachable)/,
  /^(OSError|IOError|PermissionError|FileNotFoundError|shutil\.Error)\b.*(Read-only file system|Operation not permitted|No space left on device)/,
  /^PermissionError: \[Errno 13\] Permission denied: b?'\/(?!home\/matrix|tmp)/,
];

/** As a line of a shell or a program. */
const LINES: readonly RegExp[] = [
  /^\S*python[\d.]*: No module named /,
  /^\S*pypy[\d.]*: No module named /,
  /^(\/\S+: )?(\S+: )?(line )?\d*:? ?\S+: (command )?not found$/,
  /^env: .*: No such file or directory$/,
  /: (Temporary failure in name resolution|Name or service not known|Network is unreachable)$/,
  /Could not resolve host/,
  /^\S+: .*: Read-only file system$/,
  /^\S+: .*: Operation not permitted$/,
  /^\S+: .*: No space left on device$/,
];

/** Only files of the reproduction itself can have a syntax that this Python does not know. */
const NO_FILE = /^<(string|stdin|unknown)>$/;

/** The line that shows it; undefined where nothing does. */
export function harnessCause(lines: TellingLines): string | undefined {
  const { exception, last } = lines;
  if (exception) {
    const { text, lastFile } = exception;
    if (SYNTAX_ERROR.test(text)) {
      // Of a text that the program compiles itself, an error may well be the bug.
      return lastFile !== undefined && NO_FILE.test(lastFile) ? undefined : text;
    }
    return EXCEPTIONS.some((known) => known.test(text)) ? text : undefined;
  }
  return last.findLast((line) => LINES.some((known) => known.test(line)));
}
