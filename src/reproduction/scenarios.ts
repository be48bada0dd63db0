/** The scenarios of a manifest, each with its control. Pure. */
import type { Scenario } from '../model.ts';
import type { Complaint } from '../yaml-file/complaint.ts';
import { didYouMean, quoted } from '../text/names.ts';
import type { ScenarioEntry } from './schema.ts';

/**
 * Gives each scenario its control: the one that it names, else the one with `control: true`.
 *
 * @returns the scenarios in the order of the file, to be used only if there are no complaints
 */
export function manifestScenarios(entries: readonly ScenarioEntry[]): {
  readonly scenarios: readonly Scenario[];
  readonly complaints: readonly Complaint[];
} {
  const ids = new Set(entries.map(({ id }) => id));
  const common = entries.filter(({ control }) => control === true).map(({ id }) => id);
  const named = new Set(entries.flatMap(({ control }) => (isName(control) ? [control] : [])));
  const scenarios = entries.map(({ id, arguments: args, control }): Scenario => {
    const isControl = control === true || named.has(id);
    const own = isName(control) ? control : isControl ? undefined : common[0];
    return {
      id,
      args: args ?? [],
      ...(own === undefined ? {} : { control: own }),
      ...(isControl ? { role: 'control' as const } : {}),
    };
  });
  return { scenarios, complaints: entries.flatMap(complaintsOf) };

  function complaintsOf({ id, control }: ScenarioEntry, index: number): readonly Complaint[] {
    const at = (key: string, message: string, hint?: string): Complaint => ({
      path: ['scenarios', index, key],
      part: 'value',
      message,
      hint: hint === undefined ? undefined : () => hint,
    });
    const complaints: Complaint[] = [];
    if (entries.findIndex((entry) => entry.id === id) < index) {
      complaints.push(at('id', `the scenario ${quoted(id)} exists already`));
    }
    if (control === true && common.indexOf(id) > 0) {
      const hint = 'Name the control of each scenario instead.';
      complaints.push(at('control', 'another scenario has `control: true`', hint));
    }
    if (!isName(control)) return complaints;
    if (control === id) {
      complaints.push(at('control', `${quoted(id)} is its own control`, 'Write `control: true`.'));
    } else if (!ids.has(control)) {
      const hint = didYouMean(control, ids, 'scenarios');
      complaints.push(at('control', `there is no scenario ${quoted(control)}`, hint));
    } else if (named.has(id)) {
      const message = `${quoted(id)} is the control of another scenario and cannot have one itself`;
      complaints.push(at('control', message));
    }
    return complaints;
  }
}

function isName(control: ScenarioEntry['control']): control is string {
  return typeof control === 'string';
}
