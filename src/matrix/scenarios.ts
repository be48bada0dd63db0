/** The columns of a group, each with the control that it needs. Pure. */
import type { Launcher, Mutation, Scenario } from '../model.ts';
import type { Complaint, Path } from '../yaml-file/complaint.ts';
import { quoted } from '../text/names.ts';
import { combinationsOf, type CombinationsEntry } from './combinations.ts';
import type { Exclusion } from './matrix.ts';

const COLUMN_KEYS = ['mutation', 'launcher'] as const;
type ColumnKey = (typeof COLUMN_KEYS)[number];

export interface Scenarios {
  readonly scenarios: readonly Scenario[];
  readonly excluded: readonly Exclusion[];
  readonly complaints: readonly Complaint[];
}

/** The scenario of a mutation and a launcher, with the arguments of the trial contract. */
export function scenarioOf(mutation: Mutation, launcher: Launcher): Scenario {
  return {
    id: `${mutation}/${launcher}`,
    mutation,
    launcher,
    args: ['--mutation', mutation, '--launcher', launcher],
    ...(mutation === 'none' ? {} : { control: controlId(launcher) }),
  };
}

/**
 * Expands a group's `scenarios`, and puts each control that is not among them before the first
 * scenario that needs it. To exclude a control that is needed is a complaint.
 *
 * @param most the largest number of scenarios; beyond it there are none, and a complaint
 */
export function expandScenarios(
  entry: CombinationsEntry<ColumnKey>,
  path: Path,
  most: number,
): Scenarios {
  const { present, excluded, complaints } = combinationsOf(entry, path, COLUMN_KEYS, most);
  // The schema accepts only these words.
  const asked = present.map(({ values }) =>
    scenarioOf(values.mutation as Mutation, values.launcher as Launcher),
  );
  const ids = new Set(asked.map(({ id }) => id));
  const scenarios = asked.flatMap((scenario): readonly Scenario[] => {
    const { control, launcher } = scenario;
    if (control === undefined || launcher === undefined || ids.has(control)) return [scenario];
    ids.add(control);
    return [scenarioOf('none', launcher), scenario];
  });
  const missed = excluded.flatMap((exclusion): readonly Complaint[] => {
    const needy = asked.find(({ control }) => control === exclusion.id);
    if (!needy) return [];
    return [
      {
        path: exclusion.path,
        part: 'value',
        message: `this excludes ${quoted(exclusion.id)}, the control of ${quoted(needy.id)}`,
        hint: () => 'A scenario counts only if its control is measured.',
      },
    ];
  });
  return {
    scenarios,
    excluded: excluded.map(({ id, reason }) => ({ kind: 'scenario', id, reason })),
    complaints: [...complaints, ...missed],
  };
}

function controlId(launcher: Launcher): string {
  return `none/${launcher}`;
}
