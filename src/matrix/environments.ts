/** The rows of a group. Pure. */
import type { Base, Environment, Malloc, Python } from '../model.ts';
import { renamedId, platformTag, type Platform } from '../platform.ts';
import { unknownName, type Complaint, type Path } from '../yaml-file/complaint.ts';
import { quoted } from '../text/names.ts';
import {
  blocksOf,
  combinationsOf,
  type Combination,
  type CombinationsEntry,
} from './combinations.ts';
import type { Exclusion } from './matrix.ts';
import { OWN_PLATFORM } from './schema.ts';

const ROW_KEYS = ['base', 'python', 'malloc', 'platform'] as const;
type RowKey = (typeof ROW_KEYS)[number];

/** Starts the interpreter of a row with another allocator; images/malloc writes it. */
const WITH_MALLOC = '/opt/malloc/python';

/** The names that the file defines, and what is behind those that are defined without a mistake. */
export interface Definitions {
  readonly baseNames: ReadonlySet<string>;
  readonly pythonNames: ReadonlySet<string>;
  readonly bases: ReadonlyMap<string, Base>;
  readonly pythons: ReadonlyMap<string, Python>;
  /** The host's platform, which ids do not name; undefined if it is unknown. */
  readonly home: Platform | undefined;
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
  entry: CombinationsEntry<RowKey>,
  path: Path,
  definitions: Definitions,
  most: number,
): Environments {
  const { home } = definitions;
  const { present, excluded, complaints } = combinationsOf(entry, path, ROW_KEYS, most, (values) =>
    idOf(values, home),
  );
  const environments = present.flatMap(({ id, values }): readonly Environment[] => {
    // The schema accepts only these words.
    const malloc = values.malloc as Malloc;
    const asked = values.platform as Platform | typeof OWN_PLATFORM;
    const platform = asked === OWN_PLATFORM || asked === home ? undefined : asked;
    const base = onPlatform(definitions.bases.get(values.base), platform);
    const python = pythonOnPlatform(definitions.pythons.get(values.python), platform);
    if (!base || !python) return [];
    if (malloc === 'default') return [{ id, base, python }];
    const interpreter = python.command;
    const preloaded = { ...python, command: WITH_MALLOC };
    return [{ id, base, python: preloaded, malloc: { name: malloc, interpreter } }];
  });
  return {
    environments,
    excluded: excluded.map(({ id, reason }) => ({ kind: 'environment', id, reason })),
    complaints: [
      ...complaints,
      ...unknownNames(entry, path, definitions),
      ...unnamedPlatforms(present, path, definitions),
    ],
  };
}

/** The usual allocator and platform are not named, because older ids of rows have neither. */
function idOf(values: readonly string[], home: Platform | undefined): string {
  const [base = '', python = '', malloc = '', platform = ''] = values;
  const id = [base, python, malloc].filter((value) => value !== 'default').join('/');
  return platform === OWN_PLATFORM ? id : renamedId(id, platform as Platform, home);
}

/** The base as it is on a platform, under its own name; as it is where no platform is given. */
export function onPlatform<Given extends Base | undefined>(
  base: Given,
  platform: Platform | undefined,
): Given {
  if (base === undefined || platform === undefined) return base;
  return { ...base, id: `${base.id}@${platformTag(platform)}`, platform };
}

/** The row whose bases state this platform, or none; all ids stay as they are. */
export function statingPlatform(
  environment: Environment,
  platform: Platform | undefined,
): Environment {
  const { base, python } = environment;
  const build = python.build && { ...python.build, base: { ...python.build.base, platform } };
  return {
    ...environment,
    base: { ...base, platform },
    python: build ? { ...python, build } : python,
  };
}

/** A shared build is made once for each platform. */
function pythonOnPlatform(
  python: Python | undefined,
  platform: Platform | undefined,
): Python | undefined {
  if (!python?.build || platform === undefined) return python;
  return { ...python, build: { ...python.build, base: onPlatform(python.build.base, platform) } };
}

/** Platforms that a base does not name: a mistake, or an `exclude` that is missing. */
function unnamedPlatforms(
  present: readonly Combination<RowKey>[],
  path: Path,
  { bases, pythons }: Definitions,
): readonly Complaint[] {
  const complaints = new Map<string, Complaint>();
  for (const { values } of present) {
    const { platform } = values;
    if (platform === OWN_PLATFORM) continue;
    for (const base of [bases.get(values.base), pythons.get(values.python)?.build?.base]) {
      if (!base || base.platforms?.includes(platform as Platform)) continue;
      complaints.set(`${base.id} ${platform}`, {
        path,
        part: 'key',
        message: `the base ${quoted(base.id)} does not name the platform ${quoted(platform)}`,
        hint: () =>
          base.platforms
            ? `It names ${base.platforms.join(', ')}.`
            : `Give the base \`platforms: [${platform}]\`.`,
      });
    }
  }
  return [...complaints.values()];
}

function unknownNames(
  entry: CombinationsEntry<RowKey>,
  path: Path,
  { baseNames, pythonNames }: Definitions,
): readonly Complaint[] {
  const known = { base: baseNames, python: pythonNames };
  return blocksOf(entry, path).flatMap(({ lists, path: at }) =>
    (['base', 'python'] as const).flatMap((axis) =>
      lists[axis].flatMap((name, index) =>
        unknownName(axis, name, known[axis], [...at, axis, index]),
      ),
    ),
  );
}
