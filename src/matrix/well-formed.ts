/**
 * The parts of a file that have the right shape, even if the file as a whole does not. So undefined
 * names are found in the same pass as wrong types. Pure.
 */
import { z } from '../zod.ts';
import { matrixFileSchema, type MatrixFile } from './schema.ts';

/** Entries by their names, and the names of those with the wrong shape. */
export interface Named<Entry> {
  /** Of a malformed group, the parts that have the right shape. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly malformed: ReadonlySet<string>;
}

export type WellFormedParts = ReturnType<typeof keepWellFormedParts>;

/** Fields, each of which is undefined if it is missing or has the wrong shape. */
function lenient<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  const fields = Object.entries(shape).map(([key, field]) => [key, orUndefined(field)]);
  return z.object(
    Object.fromEntries(fields) as {
      [Key in keyof Shape]: ReturnType<typeof orUndefined<Shape[Key]>>;
    },
  );
}

function orUndefined<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined as never);
}

function lenientEntries<Schema extends z.ZodType>(entry: Schema) {
  return z.record(z.string(), entry).catch({});
}

const { bases, pythons, groups, ...fields } = matrixFileSchema.shape;
const partsSchema = lenient(fields).extend({
  bases: lenientEntries(orUndefined(bases.valueType)),
  pythons: lenientEntries(orUndefined(pythons.valueType)),
  groups: lenientEntries(lenient(groups.valueType.shape).catch({} as never)),
});

/**
 * Takes what has the right shape from what was read.
 *
 * @param value anything
 * @param whole what the schema of the whole file says of it
 */
export function keepWellFormedParts(value: unknown, whole: z.ZodSafeParseResult<MatrixFile>) {
  const issues = whole.error?.issues ?? [];
  const parts = whole.data ?? partsSchema.parse(isMapping(value) ? value : {});
  const named = <Entry>(key: string, all: Readonly<Record<string, Entry>>) => ({
    entries: new Map(
      Object.entries(all).flatMap(([name, entry]) =>
        entry === undefined ? [] : [[name, entry as Exclude<Entry, undefined>] as const],
      ),
    ),
    malformed: new Set(
      issues.flatMap(({ path: [at, name] }) =>
        at === key && name !== undefined ? [String(name)] : [],
      ),
    ),
  });
  return {
    ...parts,
    bases: named('bases', parts.bases),
    pythons: named('pythons', parts.pythons),
    groups: named('groups', parts.groups),
    /** Fields with the wrong shape. */
    malformed: new Set(issues.map(({ path: [key] }) => key)),
  };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
