/** Groups, with their parts from the groups that they extend. Pure. */
import { unknownName, type Complaint, type Path } from '../yaml-file/complaint.ts';
import type { Environment } from '../model.ts';
import { quoted } from '../text/names.ts';
import { environmentsOf, type Definitions, type Environments } from './environments.ts';
import type { Group } from './matrix.ts';
import { expandScenarios, type Scenarios } from './scenarios.ts';
import type { GroupEntry } from './schema.ts';

/** Environments of all groups together. */
const MOST_ENVIRONMENTS = 10_000;

/** Environments times scenarios of one group. */
const MOST_CELLS = 100_000;

/** What a group names itself. */
interface GroupParts {
  readonly environments: Environments | undefined;
  readonly scenarios: Scenarios | undefined;
}

interface Groups {
  readonly groups: ReadonlyMap<string, Group>;
  readonly complaints: readonly Complaint[];
}

/**
 * Expands the groups. A group uses its own environments and scenarios, and where it has none those of
 * the group that it extends, whole: nothing is merged, so that what a group holds can be read in one
 * place.
 *
 * @param entries the groups, each without those of its parts that have the wrong shape
 * @param malformed the names of the groups that miss such a part: it is complained of elsewhere
 */
export function groupsOf(
  entries: ReadonlyMap<string, GroupEntry>,
  malformed: ReadonlySet<string>,
  definitions: Definitions,
): Groups {
  const complaints: Complaint[] = [];
  const own = new Map<string, GroupParts>();
  let room = MOST_ENVIRONMENTS;
  for (const [name, entry] of entries) {
    const path: Path = ['groups', name];
    const environments =
      entry.environments &&
      environmentsOf(entry.environments, [...path, 'environments'], definitions, room);
    const scenarios =
      entry.scenarios && expandScenarios(entry.scenarios, [...path, 'scenarios'], MOST_CELLS);
    room -= environments?.environments.length ?? 0;
    complaints.push(...(environments?.complaints ?? []), ...(scenarios?.complaints ?? []));
    own.set(name, { environments, scenarios });
  }
  const inherited = <Part extends keyof GroupParts>(name: string, part: Part) =>
    lineage(name, entries)
      .names.map((ancestor) => own.get(ancestor)?.[part])
      .find((found) => found !== undefined);

  const groups = new Map<string, Group>();
  for (const [name, entry] of entries) {
    const path: Path = ['groups', name];
    const line = lineage(name, entries);
    if (line.circular) {
      complaints.push({
        path: [...path, 'extends'],
        part: 'value',
        message: `${quoted(name)} extends itself${line.names.length > 1 ? `, by way of ${line.names.slice(1).map(quoted).join(', ')}` : ''}`,
      });
      continue;
    }
    complaints.push(...unknownName('group', entry.extends, entries, [...path, 'extends']));
    // An extended group that is unknown or has the wrong shape is reported at its own entry.
    const whole = line.names.every((ancestor) => entries.has(ancestor) && !malformed.has(ancestor));
    const environments = inherited(name, 'environments');
    const scenarios = inherited(name, 'scenarios');
    if (!environments && whole) {
      complaints.push({
        path,
        part: 'key',
        message: `the group ${quoted(name)} has no environments`,
        hint: () => 'Give it `environments`, or `extends` with a group that has them.',
      });
    }
    const registry = registryRowsOf(
      entry.ifRegistryAnswers ?? [],
      [...path, 'ifRegistryAnswers'],
      (other) => inherited(other, 'environments')?.environments ?? [],
      entries,
    );
    complaints.push(...registry.complaints);
    const rows = environments?.environments ?? [];
    const columns = scenarios?.scenarios ?? [];
    const ownIds = new Set(rows.map(({ id }) => id));
    const registryRows = registry.rows.filter(({ id }) => !ownIds.has(id));
    const cells = (rows.length + registryRows.length) * columns.length;
    if (cells > MOST_CELLS) {
      complaints.push({
        path,
        part: 'key',
        message: `the group ${quoted(name)} has ${cells} cells, and one run measures at most ${MOST_CELLS}`,
      });
    }
    groups.set(name, {
      description: entry.description ?? '',
      environments: rows,
      registryRows,
      scenarios: columns,
      excluded: [...(environments?.excluded ?? []), ...(scenarios?.excluded ?? [])],
    });
  }
  return { groups, complaints };
}

/** The rows of the groups that are added if a registry answers, each once. */
function registryRowsOf(
  names: readonly string[],
  path: Path,
  environmentsOfGroup: (name: string) => readonly Environment[],
  entries: ReadonlyMap<string, GroupEntry>,
): { readonly rows: readonly Environment[]; readonly complaints: readonly Complaint[] } {
  const rows = new Map<string, Environment>();
  const complaints: Complaint[] = [];
  for (const [index, name] of names.entries()) {
    const at: Path = [...path, index];
    complaints.push(...unknownName('group', name, entries, at));
    for (const environment of environmentsOfGroup(name)) {
      rows.set(environment.id, environment);
      const { base } = environment;
      if (base.sources.every(({ type }) => type === 'pull')) continue;
      complaints.push({
        path: at,
        part: 'value',
        message: `${quoted(environment.id)} does not need a registry, because its base can be bootstrapped`,
        hint: () => 'Put such rows into the `environments` of this group.',
      });
    }
  }
  return { rows: [...rows.values()], complaints };
}

/** A group, what it extends, what that extends and so on, up to the first name met again. */
function lineage(
  name: string,
  entries: ReadonlyMap<string, GroupEntry>,
): { readonly names: readonly string[]; readonly circular: boolean } {
  const names = new Set<string>();
  let next: string | undefined = name;
  while (next !== undefined && !names.has(next)) {
    names.add(next);
    next = entries.get(next)?.extends;
  }
  // Only those in the circle are to blame, not a group that extends one of them.
  return { names: [...names], circular: next === name };
}
