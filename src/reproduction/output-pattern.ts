/**
 * The patterns of a reproduction's manifest: regular expressions of RE2, without look-around and
 * back-references. They come from a file that others wrote and meet untrusted output, so
 * that an engine which backtracks could be kept busy for years; RE2's time is linear in the line.
 */
import { createRequire } from 'node:module';
import type * as re2js from 're2js';
import { failed, ok, type Result } from '../result.ts';

/** A pattern that lines are searched for. */
export interface OutputPattern {
  /** As it was written. */
  readonly text: string;
  /** Whether it is found anywhere in the line; the time is linear in the line's length. */
  readonly isIn: (line: string) => boolean;
}

const LONGEST = 1000;

/** RE2's own measure of an expression's cost for each character; `a{1000}` has about as much. */
const COSTLIEST = 5000;

/**
 * Reads a pattern.
 *
 * @returns the problem with it, in words that follow its name, where it is none
 */
export function parseOutputPattern(text: string): Result<OutputPattern, string> {
  if (text === '') return failed('is empty, so it would match every line');
  if (text.length > LONGEST) return failed(`is longer than ${LONGEST} characters`);
  // Plain text needs no expression, nor the library.
  if (/^[\w ]+$/.test(text)) return ok({ text, isIn: (line) => line.includes(text) });
  const { RE2JS, RE2JSException } = createRequire(import.meta.url)('re2js') as typeof re2js;
  let compiled: re2js.RE2JS;
  try {
    compiled = RE2JS.compile(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return failed(`is not a regular expression of RE2: ${error.message}`);
  }
  if (compiled.programSize() > COSTLIEST) {
    return failed('would take too long to search for: it has too many repetitions');
  }
  if (compiled.test('')) return failed('matches an empty line, so it would match every output');
  return ok({ text, isIn: (line) => compiled.test(line) });
}
