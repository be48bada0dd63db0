/** Which scenarios are controls. Pure. */
import type { Report } from '../report/schema.ts';

/** A control shows nothing of the bug; it has to be clean so that the others show something. */
export function isControl(scenario: Report['scenarios'][number]): boolean {
  return scenario.mutation === 'none' || scenario.role === 'control';
}
