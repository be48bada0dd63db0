/** The parts of matrix.yaml put together: what refers to what, and whether it fits. Pure. */
import type { Base, BaseSource, Python } from '../model.ts';
import type { Platform } from '../platform.ts';
import { unknownName, type Complaint } from '../yaml-file/complaint.ts';
import { didYouMean, quoted } from '../text/names.ts';
import { withArchives } from './archives.ts';
import { coversCells } from './cell-patterns.ts';
import { groupsOf } from './groups.ts';
import { DEFAULT_RULE, DEFAULT_TRIAL, ruleWith, trialComplaints, trialWith } from './limits.ts';
import type { Matrix } from './matrix.ts';
import type { ArchiveAddresses, BaseEntry, PythonEntry } from './schema.ts';
import { unusedPatterns } from './unused-patterns.ts';
import type { Named, WellFormedParts } from './well-formed.ts';

/** The defaults for values that a file omits. */
const DEFAULT_REPRODUCTION = 'reproduction';
const DEFAULT_GROUP = 'default';

/** The values of the file, without details that only its text shows. */
type AssembledMatrix = Omit<Matrix, 'path' | 'sha256'>;

/**
 * Combines the parts and checks references between them.
 *
 * @param home the platform that ids do not name
 * @returns the matrix, to be used only if there are no complaints and no part was malformed
 */
export function assemble(
  parts: WellFormedParts,
  home: Platform | undefined,
): {
  readonly matrix: AssembledMatrix;
  readonly complaints: readonly Complaint[];
} {
  const addresses = parts.archives ?? {};
  const bases = new Map(
    [...parts.bases.entries].map(([id, entry]) => [id, baseOf(id, entry, addresses)]),
  );
  const pythons = new Map(
    [...parts.pythons.entries].flatMap(([id, entry]) => {
      const python = pythonOf(id, entry, bases);
      return python ? [[id, python] as const] : [];
    }),
  );
  const { groups, complaints } = groupsOf(parts.groups.entries, parts.groups.malformed, {
    baseNames: namesOf(parts.bases),
    pythonNames: namesOf(parts.pythons),
    bases,
    pythons,
    home,
  });
  const rule = ruleWith(DEFAULT_RULE, parts.verdict);
  const trial = trialWith(DEFAULT_TRIAL, parts.trial);
  const matrix: AssembledMatrix = {
    home,
    bases,
    pythons,
    groups,
    defaultGroup: parts.defaultGroup ?? DEFAULT_GROUP,
    reproduction: parts.reproduction ?? DEFAULT_REPRODUCTION,
    rule,
    trial,
    overrides: (parts.overrides ?? []).map((entry) => ({
      covers: coversCells(entry.environments, entry.scenarios),
      rule: entry.verdict && ruleWith(rule, entry.verdict),
      trial: entry.trial && trialWith(trial, entry.trial),
    })),
    expectations: (parts.expect ?? []).map((entry) => ({
      covers: coversCells(entry.environments, entry.scenarios),
      verdict: entry.verdict === 'any' ? null : entry.verdict,
    })),
    compileOn: bases.get(parts.compileOn ?? '') ?? null,
    archives: addresses,
    runners: parts.runners ?? {},
    baseline: parts.baseline ?? null,
  };
  // A malformed entry is unknown, and may be the very one that seems to be missing below.
  const groupsKnown = complaints.length === 0 && parts.groups.malformed.size === 0;
  return {
    matrix,
    complaints: [
      ...complaints,
      ...buildBaseComplaints(parts),
      ...(parts.malformed.has('trial') ? [] : limitComplaints(matrix)),
      ...(parts.malformed.has('defaultGroup') ? [] : defaultGroupComplaints(parts)),
      ...(groupsKnown ? unusedPatterns(parts, groups) : []),
    ],
  };
}

function baseOf(id: string, entry: BaseEntry, addresses: ArchiveAddresses): Base {
  const plain = entry.sources.flatMap(({ pull, bootstrap }): readonly BaseSource[] => {
    if (pull !== undefined) return [{ type: 'pull', reference: pull }];
    if (!bootstrap) return [];
    const { debian, overlay } = bootstrap;
    return [{ type: 'bootstrap', release: debian, ...(overlay && { overlay }) }];
  });
  const { archives, expired, platforms } = entry;
  return {
    id,
    sources: withArchives(plain, archives, addresses),
    ...(expired && { acceptsExpired: true }),
    ...(platforms && { platforms }),
  };
}

/** Undefined where the base of its build is not known, which is complained of elsewhere. */
function pythonOf(
  id: string,
  { recipe, args, build, command }: PythonEntry,
  bases: ReadonlyMap<string, Base>,
): Python | undefined {
  const python = { id, recipe, args: args ?? {}, command };
  if (!build) return python;
  const base = bases.get(build.base);
  return base && { ...python, build: { base, recipe: build.recipe, args: build.args ?? {} } };
}

/** Bases that are named where something is to be built. */
function buildBaseComplaints(parts: WellFormedParts): readonly Complaint[] {
  const known = namesOf(parts.bases);
  return [
    ...[...parts.pythons.entries].flatMap(([id, { build }]) =>
      unknownName('base', build?.base, known, ['pythons', id, 'build', 'base']),
    ),
    ...unknownName('base', parts.compileOn, known, ['compileOn']),
  ];
}

function namesOf<Entry>({ entries, malformed }: Named<Entry>): ReadonlySet<string> {
  return new Set([...entries.keys(), ...malformed]);
}

function limitComplaints({ trial, overrides }: AssembledMatrix): readonly Complaint[] {
  return [
    ...trialComplaints(trial, ['trial']),
    ...overrides.flatMap((override, index) =>
      override.trial ? trialComplaints(override.trial, ['overrides', index, 'trial']) : [],
    ),
  ];
}

function defaultGroupComplaints({ defaultGroup, groups }: WellFormedParts): readonly Complaint[] {
  const names = namesOf(groups);
  const name = defaultGroup ?? DEFAULT_GROUP;
  // A file without any group is complained of as such.
  if (names.has(name) || names.size === 0) return [];
  if (defaultGroup !== undefined) return unknownName('group', name, names, ['defaultGroup']);
  const message = `there is no group ${quoted(name)}, and no \`defaultGroup\` names another one`;
  const hint = () => didYouMean(name, names, 'groups');
  return [{ path: ['groups'], part: 'key', message, hint }];
}
