/** Which exit statuses mean that the bug showed, and which that it did not. Pure. */
import { failed, ok, type Result } from '../result.ts';

const GREATEST = 255;

/**
 * Reads a list such as `1,2` or `1-124,200`.
 *
 * @returns the statuses of its parts; or the problem, in words that follow the list
 */
export function parseStatuses(text: string): Result<readonly number[], string> {
  const statuses: number[] = [];
  for (const part of text.split(',')) {
    const range = /^\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*$/.exec(part);
    if (!range) return failed('is not a list of exit statuses such as `1`, `1,2` or `1-124`');
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    if (Math.max(first, last) > GREATEST) return failed(`has an exit status above ${GREATEST}`);
    if (last < first) return failed(`has a range that ends before it begins: ${first}-${last}`);
    for (let status = first; status <= last; status += 1) statuses.push(status);
  }
  return ok(statuses);
}

/**
 * Whether two lists contradict each other.
 *
 * @param bad empty for the default, 1 to 124 without 77
 * @param good empty for the default, 0
 * @returns the contradiction in words, or null
 */
export function statusConflict(bad: readonly number[], good: readonly number[]): string | null {
  const both = bad.find((status) => good.includes(status));
  if (both !== undefined) return `status ${both} cannot be both bad and good`;
  if (bad.includes(0) && good.length === 0) {
    return 'status 0 is good unless another status is named as good';
  }
  return null;
}
