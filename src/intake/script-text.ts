/** Reads from a script's text how to run it, and generates the text of a run.sh. Pure. */
import { shellWord } from '../text/shell-word.ts';
import { shellOf } from './script-language.ts';

/** Names of Python's interpreters, such as `python`, `python3.13t` and `pypy3`. */
const PYTHON = /^(python|pypy)[\d.]*[a-z]?$/;

/** Options of `env` that take the next word. */
const ENV_OPTIONS_WITH_VALUE = /^(-u|--unset|-C|--chdir)$/;

/** The program that a `#!` line asks for, without its folder, and the options for it. */
interface Shebang {
  readonly program: string;
  /** Options of `env`, and the variables that it sets. */
  readonly env: readonly string[];
  readonly options: readonly string[];
}

/** Whether any script of a folder that can be started is for bash. */
export function asksForBash(
  files: readonly { readonly mode: number; readonly content: Buffer }[],
): boolean {
  return files.some(
    ({ mode, content }) =>
      (mode & 0o100) !== 0 && interpreterOf(content.toString('utf8', 0, 256))?.program === 'bash',
  );
}

/**
 * What the first line of a script asks for: `bash` for `#!/bin/bash`, `#!/usr/bin/env bash` and
 * `#!/usr/bin/env -S FOO=1 bash -e`.
 *
 * @returns undefined if the first line is no `#!` line, or names nothing
 */
export function interpreterOf(text: string): Shebang | undefined {
  const line = /^#![ \t]*([^\n]*)/.exec(text)?.[1]?.trimEnd();
  if (!line) return undefined;
  const [first = '', ...words] = line.split(/[ \t]+/);
  const program = lastPart(first);
  // The kernel passes all that follows the program as one argument.
  const rest = line.slice(first.length).trim();
  if (program !== 'env') return named(program, [], rest === '' ? [] : [rest]);
  const env: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]?.replace(/^(-S|--split-string)(=|$)?/, '') ?? '';
    if (ENV_OPTIONS_WITH_VALUE.test(word)) {
      index += 1;
      env.push(word, words[index] ?? '');
    } else if (word.startsWith('-') || word.includes('=')) env.push(word);
    else if (word !== '') return named(lastPart(word), env, words.slice(index + 1));
  }
  return undefined;
}

function named(
  program: string,
  env: readonly string[],
  options: readonly string[],
): Shebang | undefined {
  return program === '' ? undefined : { program, env, options };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether the first line asks for a Python of any version. */
export function asksForPython(text: string): boolean {
  return PYTHON.test(interpreterOf(text)?.program ?? '');
}

/**
 * A run.sh that starts a script with the row's Python, and is skipped in an image without one.
 *
 * @param target what Python starts: the file, or a module
 */
export function pythonRunner(
  name: string,
  script: string,
  target: readonly string[] = [`./${name}`],
): string {
  const asked = asksForPython(script) ? interpreterOf(script) : undefined;
  const { env = [], options = [] } = asked ?? {};
  const words = [
    ...(env.length === 0 ? [] : ['env', ...env.map(shellWord)]),
    '"$PYTHON"',
    ...[...options, ...target].map(shellWord),
    '"$@"',
  ];
  return `#!/bin/sh
if [ -z "\${PYTHON:-}" ]; then
  echo 'this image has no Python'
  exit 77
fi
exec ${words.join(' ')}
`;
}

/** A run.sh that starts a file by itself, or with a program. @param program such as `sh` */
export function fileRunner(name: string, program?: string): string {
  const start = program === undefined ? '' : `${program} `;
  return `#!/bin/sh\nexec ${start}${shellWord(`./${name}`)} "$@"\n`;
}

/** A script that names its shell: bash only where its text needs it. */
export function withShell(text: string): string {
  return `${shellOf(text) === 'bash' ? '#!/usr/bin/env bash' : '#!/bin/sh'}\n${text}`;
}

/**
 * A run.sh of one line of shell, in the shell that the line needs. Arguments go to the end of the
 * line, unless the line places them itself.
 *
 * @param folder where it runs, relative to run.sh
 */
export function commandRunner(command: string, args: readonly string[], folder?: string): string {
  const takesArgs = args.length === 0 || /\$\{?[@*\d]/.test(command);
  const enter = folder === undefined ? '' : `cd ${shellWord(folder)} || exit 125\n`;
  return withShell(`${enter}${command.trim()}${takesArgs ? '' : ' "$@"'}\n`);
}

/** Variables that a shell, a loader or a row sets, and that no program of a reproduction may replace. */
const TAKEN_VARIABLES =
  /^(\d|_|(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|TERM|SHELL|PWD|OLDPWD|IFS|ENV|PS\d|OPTIND|TMP|TEMP|TMPDIR|TZ)$|LD_|LC_|GLIBC|MALLOC|PYTHON|BASH)/;

/** The name under which a C source is compiled, and the variable that holds the program's path. */
export function programNames(name: string): { readonly source: string; readonly variable: string } {
  const stem = name
    .replace(/\.c$/, '')
    .replaceAll(/[^\w-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, 80);
  const variableOf = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  const isTaken = stem === '' || TAKEN_VARIABLES.test(variableOf(stem));
  const safe = isTaken ? `program${stem === '' ? '' : '-'}${stem}` : stem;
  return { source: `${safe}.c`, variable: variableOf(safe) };
}

/** The line ends of a script that the kernel or sh reads, where they are those of Windows. */
interface WrongLineEnds {
  /** From 1. */
  readonly line: number;
  /** The program that a `#!` line without options asks for, its carriage return included. */
  readonly program?: string | undefined;
}

/**
 * The first line with a CR LF that breaks a script: the `#!` line, or any line where most lines have
 * one. A few of them further down are data, such as an HTTP request.
 */
export function wrongLineEnds(text: string): WrongLineEnds | undefined {
  const lines = text.split('\n').slice(0, -1);
  const wrong = lines.flatMap((line, index) => (line.endsWith('\r') ? [index] : []));
  const [first] = wrong;
  if (first === undefined) return undefined;
  const shebang = text.startsWith('#!') && first === 0;
  if (!shebang && wrong.length * 2 <= lines.length) return undefined;
  const words = shebang
    ? (lines[0] ?? '')
        .slice(2)
        .trim()
        .split(/[ \t]+/)
    : [];
  // Of several words it is the last that ends with the carriage return.
  const isAlone = words.length === (lastPart(words[0] ?? '') === 'env' ? 2 : 1);
  const program = isAlone ? lastPart(words.at(-1) ?? '') : undefined;
  return { line: first + 1, program: program === undefined ? undefined : `${program}\r` };
}
