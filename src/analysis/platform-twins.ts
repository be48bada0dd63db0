/** The effect of the platform: the same rows on two platforms, side by side. Pure. */
import { groupBy } from '../group-by.ts';
import { platformInId, renamedId } from '../platform.ts';
import { quantity } from '../text/quantity.ts';
import type { Point } from './rules/rule.ts';
import { namedRows } from './rule-text.ts';

/**
 * Compares rows whose ids differ in the platform alone. The row without one is what the others are
 * compared with, or the first where all name one.
 *
 * @param points rows with a verdict of pass or fail
 * @returns a sentence for each platform that has such a twin, or an empty text if none does
 */
export function platformDifference(points: readonly Point[]): string {
  const twins = groupBy(points, ({ id }) => renamedId(id, undefined, platformInId(id)));
  const pairs = [...twins.values()].flatMap((rows) => {
    const own = rows.find(({ id }) => platformInId(id) === undefined) ?? rows[0];
    return rows.flatMap((other) => {
      const names = [other, own].map((point) => point?.facts.platform?.family);
      if (!own || other === own || names[0] === undefined || names[0] === names[1]) return [];
      return { names: names.join(' and '), own, other };
    });
  });
  return [...groupBy(pairs, ({ names }) => names)]
    .map(([names, compared]) => {
      const different = compared.filter(({ own, other }) => own.fails !== other.fails);
      const both = `${quantity(compared.length, 'row')} measured on both`;
      if (different.length === 0) return `${names} give the same verdict in ${both}.`;
      const failing = different.map(({ own, other }) => (own.fails ? own : other));
      return `${names} differ in ${different.length} of ${both}: of these, only ${namedRows(failing)} failed.`;
    })
    .join(' ');
}
