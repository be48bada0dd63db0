/**
 * Patterns over ids: what a person writes after `--only`, and in matrix.yaml. Pure.
 *
 * `*` stands for any characters but a slash, `?` for one, `[12]`, `[1-3]` and `[!1]` for one of a set,
 * `{a,b}` for either. An id is made of names with slashes between them (`debian-13/pypy3`,
 * `add/os.system`). A pattern with a slash is about the whole id; one without is about a single name
 * of it: `debian-13` means all of its rows, `os.system` all of its mutations. A base and the platform
 * after its `@` are a name each: `debian-13` means its rows on all platforms, `linux-386` all rows of that.
 */
import picomatch from 'picomatch';
import { failed, ok, type Result } from '../result.ts';

export interface Pattern {
  /** As it was written. */
  readonly text: string;
  /** Whether it is about this id. */
  readonly matches: (id: string) => boolean;
}

/** Longer patterns than this are no pattern that a person wrote. */
const LONGEST = 128;

/**
 * The limits of a pattern for one name. The library backtracks, and an untrusted reproduction.yaml
 * may have patterns. Within these limits, every pattern rejects the longest name quickly.
 */
const MOST_STARS = 4;
const MOST_ALTERNATIVES = 64;

/** Names may begin with a dot, and only the syntax above is special. */
const OPTIONS = { dot: true, posix: true, noextglob: true, nonegate: true } as const;

/**
 * Reads a pattern.
 *
 * @returns the problem with it, in words that follow its name, where it is no pattern
 */
export function parsePattern(text: string): Result<Pattern, string> {
  const names = text.split('/');
  const problem = problemOf(text) ?? names.map(problemOfName).find((found) => found !== undefined);
  if (problem !== undefined) return failed(problem);
  const matchers = names.map(matcherOf);
  const [only] = matchers;
  const matches = (id: string) => {
    const parts = id.split('/');
    if (matchers.length === 1) {
      return parts.some((part) => [part, ...part.split('@')].some((name) => only?.(name)));
    }
    return (
      matchers.length === parts.length &&
      matchers.every((matcher, index) => matcher(parts[index] ?? ''))
    );
  };
  return ok({ text, matches });
}

/** Most names are written out, and an expression for each takes a good part of reading matrix.yaml. */
function matcherOf(name: string): (part: string) => boolean {
  return /[*?[{]/.test(name) ? picomatch(plainGlob(name), OPTIONS) : (part) => part === name;
}

/** The glob without what else the library knows: two stars, `+`, ranges of dots, braces around one choice. */
function plainGlob(name: string): string {
  return name
    .replace(/\{([^,}]*)\}/g, '$1')
    .replace(/\*+/g, '*')
    .replace(/\[[^\]]*\]|[.+@]/g, (found) => (found.length === 1 ? `[${found}]` : found));
}

function problemOf(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (/[^\w.+*?[\]{},!/@-]/u.test(text)) {
    return 'has a character that no id has; the only special ones are * ? [ ] { } , !';
  }
  return /^\/|\/\/|\/$/.test(text) ? 'has a slash with nothing before or after it' : undefined;
}

function problemOfName(name: string): string | undefined {
  if (name.replace(/[^*]|\*(?=\*)/g, '').length > MOST_STARS) {
    return `has more than ${MOST_STARS} \`*\` in one name`;
  }
  if (/\{[^}]*\{/.test(name)) return 'has a `{` within another one';
  const outside = name.replace(/\{[^}]*\}/g, '');
  if (outside.includes('{')) return 'has a `{` without its `}`';
  if (/[},]/.test(outside)) return 'has a `}` or a comma without a `{` before it';
  const choices = Array.from(name.matchAll(/\{[^}]*\}/g), ([braces]) => braces.split(',').length);
  if (choices.reduce((all, each) => all * each, 1) > MOST_ALTERNATIVES) {
    return `stands for more than ${MOST_ALTERNATIVES} alternatives`;
  }
  if (plainGlob(name) === '') return 'has a `{ }` with nothing in it';
  for (const [, inside = ''] of name.matchAll(/\[!?([^\]]*)\]/g)) {
    if (inside === '') return 'has a `[ ]` with nothing in it';
    if (/[[*?!]/.test(inside)) return 'has a `*`, `?`, `!` or `[` within `[ ]`';
    for (const [range, from = '', to = ''] of inside.matchAll(/(.)-(.)/g)) {
      if (from > to) return `has the range ${range}, which goes backwards`;
    }
  }
  const bare = name.replace(/\[[^\]]*\]/g, '');
  if (bare.includes('[')) return 'has a `[` without its `]`';
  if (bare.includes(']')) return 'has a `]` without a `[` before it';
  return bare.includes('!')
    ? 'has a `!` outside of `[ ]`; use --skip to leave something out'
    : undefined;
}
