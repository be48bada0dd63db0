/** What a cell's control says of it. Pure. */
import type { Scenario } from '../model.ts';
import type { Cell } from '../report/schema.ts';
import type { ControlState } from '../verdict/decide.ts';

/** What the cells measured so far say of a scenario's control. */
export function controlState(scenario: Scenario, cells: ReadonlyMap<string, Cell>): ControlState {
  if (scenario.control === undefined) return { type: 'none' };
  const control = cells.get(scenario.control);
  if (!control) {
    return { type: 'unusable', verdict: 'error', reason: `${scenario.control} was not measured` };
  }
  if (control.verdict === 'pass') return { type: 'clean' };
  const why =
    control.reason ?? `${control.failures} of ${control.calls} calls failed without any change`;
  return { type: 'unusable', verdict: control.verdict, reason: why };
}
