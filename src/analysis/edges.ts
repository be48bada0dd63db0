/** Where the rule of a scenario has its edge among rows that follow each other in a table. Pure. */
import { meets } from './rules/rule.ts';
import type { ScenarioAnalysis } from './scenario-analysis.ts';

/** The upper edge of a cell, by the fact that the rule has its edge along; undefined if it has none. */
export type Edge = 'libc' | 'other' | undefined;

/** A letter for each set of the verdict and at most three conditions about the C library. */
const LETTERS = 'abcdefghijklmnop';
/** Stands for a cell that lies on no side of a rule. */
export const NO_SIDE = '.';

/**
 * On which side of its scenario's rule each row lies, as a letter for {@link edgeBetween}.
 *
 * @returns by the row's id; without rows that neither pass nor fail, and empty if no rule separates
 *   the rows. Of several explanations it is the first one, as in the sentences.
 */
export function ruleSides({ outcome, points }: ScenarioAnalysis): ReadonlyMap<string, string> {
  if (outcome.type !== 'separated') return new Map();
  const conditions = outcome.rules[0].flat().filter(({ fact }) => fact === 'libc');
  return new Map(
    points.map(({ id, facts, fails }) => {
      const bits = [fails, ...conditions.map((condition) => meets(condition, facts.libc))];
      return [
        id,
        LETTERS.charAt(bits.reduce((sum, bit, place) => sum + (bit ? 2 ** place : 0), 0)),
      ];
    }),
  );
}

/**
 * The edge between two cells of a column that follow each other.
 *
 * @param above undefined above the first row
 */
export function edgeBetween(above = NO_SIDE, below = NO_SIDE): Edge {
  if (above === NO_SIDE || below === NO_SIDE) return undefined;
  const difference = LETTERS.indexOf(above) ^ LETTERS.indexOf(below);
  if (difference % 2 === 0) return undefined;
  return difference > 1 ? 'libc' : 'other';
}
