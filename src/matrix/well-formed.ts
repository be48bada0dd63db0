/**
 * The parts of a file that have the right shape, even where the file as a whole has not: so names that
 * refer to nothing are found in the same go as wrong types. Pure.
 */
import {
  fileSchema,
  type BaseEntry,
  type GroupEntry,
  type MatrixFile,
  type PythonEntry,
} from './schema.ts';

/** Entries by their names, and the names of those that are there with the wrong shape. */
export interface Named<Entry> {
  /** Of a malformed group, the parts that have the right shape. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly malformed: ReadonlySet<string>;
}

export type WellFormedParts = Partial<
  Pick<
    MatrixFile,
    | 'reproduction'
    | 'verdict'
    | 'trial'
    | 'defaultGroup'
    | 'compileOn'
    | 'baseline'
    | 'expect'
    | 'overrides'
  >
> & {
  readonly bases: Named<BaseEntry>;
  readonly pythons: Named<PythonEntry>;
  readonly groups: Named<GroupEntry>;
  /** Fields above that are there with the wrong shape. */
  readonly malformed: ReadonlySet<string>;
};

/**
 * Takes what has the right shape from what was read.
 *
 * @param value anything; of the right shape, all of it is returned
 */
export function wellFormedParts(value: unknown): WellFormedParts {
  const { shape } = fileSchema;
  const given = isRecord(value) ? value : {};
  const malformed = new Set<string>();
  const part = <Output>(schema: Reads<Output>, key: string): Output | undefined => {
    const result = schema.safeParse(given[key]);
    if (!result.success) malformed.add(key);
    return result.data;
  };
  return {
    reproduction: part(shape.reproduction, 'reproduction'),
    verdict: part(shape.verdict, 'verdict'),
    trial: part(shape.trial, 'trial'),
    defaultGroup: part(shape.defaultGroup, 'defaultGroup'),
    compileOn: part(shape.compileOn, 'compileOn'),
    baseline: part(shape.baseline, 'baseline'),
    overrides: part(shape.overrides, 'overrides'),
    expect: part(shape.expect, 'expect'),
    bases: named(given['bases'], (entry) => whole(shape.bases.valueType, entry)),
    pythons: named(given['pythons'], (entry) => whole(shape.pythons.valueType, entry)),
    groups: named(given['groups'], wellFormedGroup),
    malformed,
  };
}

/** A schema that says what comes out of it. */
interface Reads<Output> {
  readonly safeParse: (
    given: unknown,
  ) => { success: true; data: Output } | { success: false; data?: never };
}

function wellFormedGroup(given: unknown): ParsedEntry<GroupEntry> {
  const schema = fileSchema.shape.groups.valueType;
  const entry = isRecord(given) ? given : {};
  const { shape } = schema;
  return {
    entry: {
      description: shape.description.safeParse(entry['description']).data,
      extends: shape.extends.safeParse(entry['extends']).data,
      environments: shape.environments.safeParse(entry['environments']).data,
      scenarios: shape.scenarios.safeParse(entry['scenarios']).data,
    },
    malformed: !schema.safeParse(given).success,
  };
}

interface ParsedEntry<Entry> {
  readonly entry?: Entry;
  readonly malformed: boolean;
}

function whole<Entry>(schema: Reads<Entry>, given: unknown): ParsedEntry<Entry> {
  const result = schema.safeParse(given);
  return result.success ? { entry: result.data, malformed: false } : { malformed: true };
}

function named<Entry>(given: unknown, parse: (entry: unknown) => ParsedEntry<Entry>): Named<Entry> {
  const entries = new Map<string, Entry>();
  const malformed = new Set<string>();
  for (const [name, one] of Object.entries(isRecord(given) ? given : {})) {
    const result = parse(one);
    if (result.entry !== undefined) entries.set(name, result.entry);
    if (result.malformed) malformed.add(name);
  }
  return { entries, malformed };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
