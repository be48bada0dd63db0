/** The rows of a matrix that a run left out, in words. Pure. */
import { quantity } from '../text/quantity.ts';
import type { Report } from './schema.ts';

/** How many rows were left out, and why, in one sentence. */
export function leftOutText(leftOut: NonNullable<Report['run']['leftOut']>): string {
  const count = leftOut.reduce((sum, { environments }) => sum + environments.length, 0);
  const reasons = leftOut.map(({ reason }) => reason).join('; ');
  return `${quantity(count, 'row')} left out: ${reasons}.`;
}
