/** What a script without a `#!` line is written in, and what runs the tests in a Python file. Pure. */

type Language = 'python' | 'c' | 'bash' | 'sh';

const C = /^[ \t]*#[ \t]*include[ \t]*[<"]/m;

/** The first line of Python that is neither empty nor a comment. No shell has such a command. */
const PYTHON_START =
  /^(?:(?:import|from) [\w.]+(?:$|[ ,;])|(?:async )?def \w+\(|class \w+[(:]|@\w|r?"""|r?''')/;

/** Where a command begins. */
const COMMAND = String.raw`(?:^|[;&|({]|\b(?:if|while|until|then|do|else)\b)[ \t]*`;

/**
 * What bash understands and POSIX leaves open: another shell fails at it, or does something else
 * without a word. What fits by mistake runs in bash as well.
 */
const BASH = new RegExp(
  [
    String.raw`${COMMAND}(?:\[\[ |\(\(|(?:function|source|let|coproc|pushd|popd|typeset|declare|mapfile|readarray|shopt) |local -|echo -[nE]*e|export -f|printf -v|exec -a|wait -[np]|read (?:-\w+ )*-\w*[adinNtsu])`,
    // Arrays, appending, and the parameters that only bash expands.
    String.raw`^[ \t]*\w+\+?=\(|^[ \t]*\w+\+=`,
    String.raw`\$\{!|\$\{\w+(?:\[|\/|\^|,|@|:[ \d])|\$'`,
    String.raw`\$\{?(?:RANDOM|SRANDOM|SECONDS|EPOCHSECONDS|EPOCHREALTIME|PIPESTATUS|FUNCNAME|EUID|UID|OSTYPE|BASH\w*)\b`,
    // Redirections, processes as files, ranges and lists of words.
    String.raw`<<<|[<>]\(|(?:^|[\s\w)'"])&>|(?<!\|)\|&|\{\w+\.\.\w+(?:\.\.\w+)?\}|(?:^|[\s=])[\w./-]*\{[\w./-]*(?:,[\w./-]*)+\}`,
    String.raw`(?<!\[)\[ [^\]\n]* == |\bset\b.*\bpipefail\b|\btrap\b.*\b(?:ERR|DEBUG|RETURN)\b`,
  ].join('|'),
  'm',
);

/** The language by the content alone, of a file whose name has no ending. */
export function languageOf(text: string): Language {
  if (C.test(text)) return 'c';
  const first = text.split('\n').find((line) => !/^\s*(?:#.*)?$/.test(line)) ?? '';
  return PYTHON_START.test(first) ? 'python' : shellOf(text);
}

/** The shell for a script that names none: bash only where the text needs it. */
export function shellOf(text: string): 'bash' | 'sh' {
  return BASH.test(text) ? 'bash' : 'sh';
}

const RUNS_ITSELF =
  /\b__main__\b|\bunittest\.main\(|\bpytest\.main\(|\bTextTestRunner\b|\btestmod\(/;
const TEST_CASE = /^class \w+\([^)]*TestCase\b/m;
const TESTS = /^(?:(?:async )?def (test\w*)\(|class (Test\w*)\b)/gm;

/** Comments, and strings of Python: those of three quotes, which hold documentation, and the others. */
const COMMENT = /#[^\n]*/;
const LONG_STRING = /"{3}[^]*?"{3}|'{3}[^]*?'{3}/;
const SHORT_STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/;
const TOKENS = new RegExp(
  `(${LONG_STRING.source}|${COMMENT.source})|(${SHORT_STRING.source})`,
  'g',
);

/**
 * What runs the tests of a Python file that only defines them: started by itself, such a file does
 * nothing and ends with 0.
 *
 * @returns undefined if the file runs something itself
 */
export function testRunnerOf(text: string): 'unittest' | 'pytest' | undefined {
  const withStrings = text.replaceAll(TOKENS, (_, left: string | undefined, short = '') =>
    left === undefined ? `${short}` : '',
  );
  if (RUNS_ITSELF.test(withStrings)) return undefined;
  const code = text.replaceAll(TOKENS, '');
  if (TEST_CASE.test(code)) return 'unittest';
  const names = [...code.matchAll(TESTS)].map(([, test, group]) => test ?? group ?? '');
  const isUsed = names.some((name) => code.split(new RegExp(String.raw`\b${name}\b`)).length > 2);
  return names.length === 0 || isUsed ? undefined : 'pytest';
}

/** Whether a script, or a line of shell, has more than comments. */
export function hasCommand(text: string): boolean {
  return text.split('\n').some((line) => !/^\s*(?:#.*)?$/.test(line));
}

/** A statement that runs nothing: a definition, or a name for a value that is written there. */
const RUNS_NOTHING =
  /^(?:(?:async )?def (?![^\n]*=[^\n]*\w\()|class |(?:import|from) [^;]*$|pass$|\.\.\.$|\w+(?:: [\w.[\], |]+)? ?= ?[\w.+-]*;?\s*$)/;

/**
 * Whether a Python file, started by itself, does nothing and ends with 0: it only defines functions, or
 * is empty. A file that only imports, or that defines nothing but classes, is not taken for one, because
 * that can be what fails. In doubt it is none.
 */
export function definesOnly(text: string): boolean {
  const withoutMark = text.replace(/^\ufeff/, '');
  const code = withoutMark
    // What is in braces of an f-string runs.
    .replaceAll(TOKENS, (_, long: string | undefined, _short: string | undefined, at: number) =>
      long === undefined && /f/i.test(withoutMark[at - 1] ?? '') ? '()' : '',
    )
    .replaceAll('\\\n', ' ');
  let depth = 0;
  /** The indentation of the body of the class before; what stands there runs as well. */
  let body: string | undefined;
  let isInClass = false;
  const statements: string[] = [];
  for (const line of code.split('\n')) {
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    if (depth === 0 && line.trim() !== '') {
      if (indent === '') {
        isInClass = line.startsWith('class ');
        body = undefined;
      } else if (isInClass) body ??= indent;
      if (indent === '' || indent === body) statements.push(line.trim());
    }
    depth += [...line.matchAll(/[([{]/g)].length - [...line.matchAll(/[)\]}]/g)].length;
  }
  const hasFunction = statements.some((statement) => /^(?:async )?def /.test(statement));
  return (
    depth === 0 &&
    (hasFunction || statements.length === 0) &&
    statements.every((statement) => RUNS_NOTHING.test(statement))
  );
}
