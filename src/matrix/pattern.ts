/**
 * Patterns over ids: what a person writes after `--only`, and in matrix.yaml. Pure.
 *
 * `*` stands for any characters but a slash, `?` for one, `[12]`, `[1-3]` and `[!1]` for one of a set,
 * `{a,b}` for either. An id is made of names with slashes between them (`debian-13/pypy3`,
 * `add/os.system`). A pattern with a slash is about the whole id; one without is about a single name
 * of it: `debian-13` means all of its rows, `os.system` all of its mutations.
 *
 * These are not made into regular expressions, as glob libraries do: patterns come from files that
 * others wrote, and an expression made of `*a*a*a*a*` backtracks for years. Matching here visits each
 * character at most once for each token of the pattern.
 */
import { failed, ok, type Result } from '../result.ts';

export interface Pattern {
  /** As it was written. */
  readonly text: string;
  /** Whether it is about this id. */
  readonly matches: (id: string) => boolean;
}

/** Stands for one character, or for any number of them. */
type Token =
  | { readonly type: 'any-number' }
  | { readonly type: 'any' }
  | { readonly type: 'one-of'; readonly characters: ReadonlySet<string>; readonly but: boolean };

/** What one name of an id may be: it matches if one of the alternatives does. */
type NamePattern = readonly (readonly Token[])[];

/** Longer patterns than this are no pattern that a person wrote. */
const LONGEST = 128;

/** What `{a,b}{c,d}…` may stand for in one name. */
const MOST_ALTERNATIVES = 64;

/**
 * Reads a pattern.
 *
 * @returns what is wrong with it, in words that follow its name, where it is no pattern
 */
export function parsePattern(text: string): Result<Pattern, string> {
  if (text === '') return failed('is empty');
  if (text.length > LONGEST) return failed(`is longer than ${LONGEST} characters`);
  const stranger = /[^\w.+*?[\]{},!/-]/u.exec(text);
  if (stranger) {
    return failed(
      'holds a character that no id has; only * ? [ ] { } , ! have a meaning of their own',
    );
  }
  const names: NamePattern[] = [];
  for (const name of text.split('/')) {
    if (name === '') return failed('has a slash with nothing before or after it');
    const parsed = parseName(name);
    if (!parsed.ok) return parsed;
    names.push(parsed.value);
  }
  return ok({ text, matches: (id) => matchesId(names, id.split('/')) });
}

function matchesId(names: readonly NamePattern[], id: readonly string[]): boolean {
  const [only] = names;
  if (names.length === 1 && only) return id.some((name) => matchesName(only, name));
  return (
    names.length === id.length && names.every((name, index) => matchesName(name, id[index] ?? ''))
  );
}

function matchesName(pattern: NamePattern, name: string): boolean {
  return pattern.some((tokens) => matchesTokens(tokens, name));
}

/**
 * Goes on from the last `*` where the tokens after it do not fit: an earlier one need never be tried
 * again, since the last one can take whatever the earlier one would.
 */
function matchesTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let star: { readonly token: number; at: number } | null = null;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.type === 'any-number') {
      star = { token, at };
      token += 1;
    } else if (current && matchesCharacter(current, text.charAt(at))) {
      token += 1;
      at += 1;
    } else if (star) {
      star.at += 1;
      at = star.at;
      token = star.token + 1;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(({ type }) => type === 'any-number');
}

function matchesCharacter(
  token: Exclude<Token, { type: 'any-number' }>,
  character: string,
): boolean {
  return token.type === 'any' || token.characters.has(character) !== token.but;
}

function parseName(text: string): Result<NamePattern, string> {
  const alternatives = spellOut(text);
  if (!alternatives.ok) return alternatives;
  const names: (readonly Token[])[] = [];
  for (const alternative of alternatives.value) {
    const tokens = tokensOf(alternative);
    if (!tokens.ok) return tokens;
    names.push(tokens.value);
  }
  return ok(names);
}

/** `a{b,c}` to `ab` and `ac`. */
function spellOut(text: string): Result<readonly string[], string> {
  let spelled: readonly string[] = [''];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    const plain = open === -1 ? rest : rest.slice(0, open);
    if (/[},]/u.test(plain)) return failed('has a `}` or a comma without a `{` before it');
    spelled = spelled.map((start) => start + plain);
    if (open === -1) break;
    const close = rest.indexOf('}', open);
    const inside = rest.slice(open + 1, close);
    if (close === -1) return failed('has a `{` without its `}`');
    if (inside.includes('{')) return failed('has a `{` within another one');
    const choices = inside.split(',');
    if (spelled.length * choices.length > MOST_ALTERNATIVES) {
      return failed(`stands for more than ${MOST_ALTERNATIVES} alternatives`);
    }
    spelled = spelled.flatMap((start) => choices.map((choice) => start + choice));
    rest = rest.slice(close + 1);
  }
  return ok(spelled);
}

function tokensOf(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '*') {
      // A second star in a row says nothing new.
      if (tokens.at(-1)?.type !== 'any-number') tokens.push({ type: 'any-number' });
    } else if (character === '?') {
      tokens.push({ type: 'any' });
    } else if (character === '[') {
      const close = text.indexOf(']', at);
      if (close === -1) return failed('has a `[` without its `]`');
      const set = setOf(text.slice(at + 1, close));
      if (!set.ok) return set;
      tokens.push(set.value);
      at = close;
    } else if (character === ']') {
      return failed('has a `]` without a `[` before it');
    } else if (character === '!') {
      return failed('has a `!` outside of `[ ]`; what is not wanted goes after --skip');
    } else {
      tokens.push({ type: 'one-of', characters: new Set([character]), but: false });
    }
    at += 1;
  }
  return ok(tokens);
}

/** The inside of `[ ]`. */
function setOf(text: string): Result<Token, string> {
  const but = text.startsWith('!');
  const inside = but ? text.slice(1) : text;
  if (inside === '') return failed('has a `[ ]` with nothing in it');
  if (/[[*?!]/u.test(inside)) return failed('has a `*`, `?`, `!` or `[` within `[ ]`');
  const characters = new Set<string>();
  for (let at = 0; at < inside.length; at += 1) {
    const from = inside.charAt(at);
    const to = inside.charAt(at + 2);
    if (inside.charAt(at + 1) === '-' && to !== '') {
      if (from > to) return failed(`has the range ${from}-${to}, which goes backwards`);
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) {
        characters.add(String.fromCharCode(code));
      }
      at += 2;
    } else {
      characters.add(from);
    }
  }
  return ok({ type: 'one-of', characters, but });
}
