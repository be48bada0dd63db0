/**
 * Long work in steps: a generator that yields wherever it can be put down for a moment, so that whoever
 * drives it can let something else happen in between. What it yields is text that is ready. Pure.
 */

/** Work that comes to a result, and yields parts of a text on its way, or {@link PAUSE}. */
export type Steps<Result = void> = Generator<string, Result>;

/** A step without a text. */
export const PAUSE = '';

/** Does all steps in one go. @returns what they come to */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The text that all parts are together. */
export function textOf(parts: Iterable<string>): string {
  return [...parts].join('');
}
