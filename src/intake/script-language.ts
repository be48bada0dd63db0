/** What a script without a `#!` line is written in, and what runs the tests in a Python file. Pure. */

type Language = 'python' | 'c' | 'bash' | 'sh';

const C = /^[ \t]*#[ \t]*include[ \t]*[<"]/m;

/** The first line of Python that is neither empty nor a comment. No shell has such a command. */
const PYTHON_START =
  /^(?:(?:import|from) [\w.]+(?:$|[ ,;])|(?:async )?def \w+\(|class \w+[(:]|@\w|r?"""|r?''')/;

/** Words with which bash does more than POSIX asks for. What fits by mistake runs in bash as well. */
const BASH =
  /(?:^|[;&|]|\b(?:if|while|until|then|do|else)\b)[ \t]*(?:\[\[ |\(\()|^[ \t]*function \w|^[ \t]*(?:declare|local -|mapfile|readarray|shopt)\b|^[ \t]*\w+\+?=\(|<<<|[<>]\(|\$\{\w+(?:\[|\/|\^|,)/m;

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
const TEST_CASE = /^class \w+\(.*\bTestCase\)/m;
const TESTS = /^(?:(?:async )?def (test\w*)\(|class (Test\w*)\b)/gm;

/**
 * What runs the tests of a Python file that only defines them: started by itself, such a file does
 * nothing and ends with 0.
 *
 * @returns undefined if the file runs something itself
 */
export function testRunnerOf(text: string): 'unittest' | 'pytest' | undefined {
  if (RUNS_ITSELF.test(text)) return undefined;
  if (TEST_CASE.test(text)) return 'unittest';
  const names = [...text.matchAll(TESTS)].map(([, test, group]) => test ?? group ?? '');
  const isUsed = names.some((name) => text.split(new RegExp(String.raw`\b${name}\b`)).length > 2);
  return names.length === 0 || isUsed ? undefined : 'pytest';
}
