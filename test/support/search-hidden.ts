import assert from 'node:assert/strict';
import type { Known, Step } from '../../src/bisect/next-step.ts';

/** Searches among verdicts that are hidden until they are requested. @param next what is measured next */
export function searchHidden(
  truth: readonly Exclude<Known, null>[],
  next: (known: readonly Known[]) => Step,
): { readonly end: Step; readonly asked: readonly number[] } {
  const known: Known[] = truth.map(() => null);
  const asked: number[] = [];
  for (;;) {
    const step = next(known);
    if (step.type !== 'measure') return { end: step, asked };
    assert.equal(known[step.at], null, 'a place is asked twice');
    known[step.at] = truth[step.at] ?? 'error';
    asked.push(step.at);
  }
}
