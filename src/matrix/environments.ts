/** The rows of a group. Pure. */
import type { Base, Environment, Malloc, Python } from '../model.ts';
import type { Complaint, Path } from '../yaml-file/complaint.ts';
import { didYouMean, quoted } from '../text/names.ts';
import { combinationsOf, type CombinationsEntry } from './combinations.ts';
import type { Exclusion } from './matrix.ts';

const AXES = ['base', 'python', 'malloc'] as const;
type Axis = (typeof AXES)[number];

/** What starts the interpreter of a row with another allocator; images/malloc writes it. */
const WITH_MALLOC = '/opt/malloc/python';

/** The names that the file defines, and what is behind those that are defined without a mistake. */
export interface Definitions {
  readonly baseNames: ReadonlySet<string>;
  readonly pythonNames: ReadonlySet<string>;
  readonly bases: ReadonlyMap<string, Base>;
  readonly pythons: ReadonlyMap<string, Python>;
}

export interface Environments {
  readonly environments: readonly Environment[];
  readonly excluded: readonly Exclusion[];
  readonly complaints: readonly Complaint[];
}

/**
 * Expands a group's `environments`. Names that are not defined are complaints; environments whose base
 * or Python is defined with a mistake, which is complained of there, are left out.
 *
 * @param most the largest number of environments; beyond it there are none, and a complaint
 */
export function environmentsOf(
  entry: CombinationsEntry<Axis>,
  path: Path,
  definitions: Definitions,
  most: number,
): Environments {
  const { present, excluded, complaints } = combinationsOf(entry, path, AXES, most, idOf);
  const environments = present.flatMap(({ id, values }): readonly Environment[] => {
    const base = definitions.bases.get(values.base);
    const python = definitions.pythons.get(values.python);
    // The schema lets nothing but these words through.
    const malloc = values.malloc as Malloc;
    if (!base || !python) return [];
    if (malloc === 'default') return [{ id, base, python }];
    const interpreter = python.command;
    const preloaded = { ...python, command: WITH_MALLOC };
    return [{ id, base, python: preloaded, malloc: { name: malloc, interpreter } }];
  });
  return {
    environments,
    excluded: excluded.map(({ id, reason }) => ({ kind: 'environment', id, reason })),
    complaints: [...complaints, ...unknownNames(entry, path, definitions)],
  };
}

/** The usual allocator is not named: ids of rows were there before there were others. */
function idOf(values: readonly string[]): string {
  return values.filter((value) => value !== 'default').join('/');
}

function unknownNames(
  entry: CombinationsEntry<Axis>,
  path: Path,
  { baseNames, pythonNames }: Definitions,
): readonly Complaint[] {
  const named = (
    lists: Readonly<Record<Axis, readonly string[]>>,
    at: Path,
    axis: Axis,
    known: ReadonlySet<string>,
  ) =>
    lists[axis].flatMap((name, index): readonly Complaint[] =>
      known.has(name)
        ? []
        : [
            {
              path: [...at, axis, index],
              part: 'value',
              message: `unknown ${axis} ${quoted(name)}`,
              hint: () => didYouMean(name, known, `${axis}s`),
            },
          ],
    );
  const both = (lists: Readonly<Record<Axis, readonly string[]>>, at: Path) => [
    ...named(lists, at, 'base', baseNames),
    ...named(lists, at, 'python', pythonNames),
  ];
  return [
    ...(entry.axes ? both(entry.axes, [...path, 'axes']) : []),
    ...(entry.include ?? []).flatMap((lists, index) => both(lists, [...path, 'include', index])),
  ];
}
