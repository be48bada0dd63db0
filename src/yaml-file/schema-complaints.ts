/** Translates zod's errors into the words of the file's reader. Pure. */
import type { core } from 'zod';
import { z } from '../zod.ts';
import type { Complaint, Path } from './complaint.ts';
import { didYouMean, listed, quoted } from '../text/names.ts';

type Issue = core.$ZodIssue;

/**
 * Finds the mistakes against a schema, one complaint each.
 *
 * @param schema the schema of the whole value; its descriptions name the allowed values
 * @param value the value of the file
 * @param issues what zod found in it
 */
export function schemaComplaints(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
): readonly Complaint[] {
  // An unknown key is most likely a mistyped one, whose correct name is then reported missing.
  const misspelt = new Set(
    issues.flatMap(({ code, path }) => (code === 'unrecognized_keys' ? [path.join('/')] : [])),
  );
  const complaints = issues
    .filter(({ code, path }) => code !== 'custom' || !misspelt.has(path.join('/')))
    .flatMap((issue) => complaintsOf({ schema, value }, issue, []));
  if (complaints.length > 0 || issues.length === 0) return lastOfEachValue(complaints);
  // A file that does not fit must never pass as one without a mistake, whatever zod found.
  const message = `the file does not fit the schema: ${issues.map((issue) => issue.message).join('; ')}`;
  return [{ path: [], part: 'value', message }];
}

/** If one value breaks several rules, one complaint is enough. A key may lack several others. */
function lastOfEachValue(complaints: readonly Complaint[]): readonly Complaint[] {
  const seen = new Set<string>();
  return complaints
    .toReversed()
    .filter(({ path, part }) => {
      const place = JSON.stringify(path);
      if (part === 'key') return true;
      if (seen.has(place)) return false;
      seen.add(place);
      return true;
    })
    .toReversed();
}

interface Whole {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

function complaintsOf(whole: Whole, issue: Issue, under: Path): readonly Complaint[] {
  const path = [...under, ...pathOf(issue)];
  const given = valueAt(whole.value, path);
  const allowed = () => `Allowed here: ${describe(schemaAt(whole.schema, path))}`;

  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(whole.schema, path));
    return issue.keys.map((key) => ({
      path: [...path, key],
      part: 'key',
      message: `unknown key ${quoted(key)}`,
      hint: () => didYouMean(key, known, 'Allowed here'),
    }));
  }
  if (given === undefined) {
    return [
      {
        path: path.slice(0, -1),
        part: 'key',
        message: `${quoted(String(path.at(-1)))} is missing`,
        hint: () => `It is ${describe(schemaAt(whole.schema, path))}`,
      },
    ];
  }
  switch (issue.code) {
    case 'invalid_union':
      // Every union of the schema is one thing or a list of them, in this order.
      return (issue.errors[Array.isArray(given) ? 1 : 0] ?? []).flatMap((inner) =>
        complaintsOf(whole, inner, path),
      );
    case 'invalid_key':
      return issue.issues.slice(-1).map(({ message }) => ({
        path,
        part: 'key',
        message: `${quoted(String(path.at(-1)))} ${message}`,
      }));
    case 'invalid_type':
      return [
        { path, part: 'value', message: wrongType(path, issue.expected, given), hint: allowed },
      ];
    case 'invalid_value': {
      const written = isScalar(given) ? String(given) : null;
      return [
        {
          path,
          part: 'value',
          message:
            written === null
              ? wrongType(path, 'string', given)
              : `${quoted(written)} is not allowed here`,
          hint: () => didYouMean(written ?? '', issue.values.map(String), 'Allowed here'),
        },
      ];
    }
    default:
      return [
        { path, part: 'value', message: `${subject(path, given)} ${issue.message}`, hint: allowed },
      ];
  }
}

/** The thing itself where it is short, its key where it is not. */
function subject(path: Path, given: unknown): string {
  if (isScalar(given) && given !== '') return quoted(String(given));
  const last = path.at(-1);
  return typeof last === 'string' ? quoted(last) : 'this entry';
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
};

function wrongType(path: Path, expected: string, given: unknown): string {
  const last = path.at(-1);
  const what =
    typeof last === 'string' ? quoted(last) : path.length === 0 ? 'the file' : 'this entry';
  return `${what} must be ${EXPECTED[expected] ?? expected}, but is ${actual(given)}`;
}

function actual(given: unknown): string {
  if (given === null) return 'empty';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return 'a mapping';
  if (typeof given === 'string') return `the text ${quoted(given)}`;
  if (typeof given === 'number') return `the number ${quoted(String(given))}`;
  return typeof given === 'boolean' ? quoted(String(given)) : `a ${typeof given}`;
}

function isScalar(given: unknown): given is string | number | boolean {
  return typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
}

function pathOf(issue: Issue): Path {
  return issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** The schema of a part; undefined if the schema knows no such part. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, step) => at && subschema(at, step), schema);
}

function subschema(schema: z.ZodType, step: string | number): z.ZodType | undefined {
  const bare = unwrapped(schema).at(-1);
  if (bare instanceof z.ZodObject) {
    return Object.hasOwn(bare.shape, step) ? (bare.shape[step] as z.ZodType) : undefined;
  }
  if (bare instanceof z.ZodRecord) return bare.valueType as z.ZodType;
  if (bare instanceof z.ZodArray) return bare.element as z.ZodType;
  if (bare instanceof z.ZodUnion) {
    // One thing or a list of them: only the list has parts that are counted.
    const option = bare.options[typeof step === 'number' ? 1 : 0] as z.ZodType | undefined;
    return option && subschema(option, step);
  }
  return undefined;
}

/** A schema and what it wraps, from the outside in. */
function unwrapped(schema: z.ZodType): readonly z.ZodType[] {
  const layers = [schema];
  for (;;) {
    const last = layers.at(-1);
    if (last instanceof z.ZodOptional) layers.push(last.unwrap() as z.ZodType);
    else if (last instanceof z.ZodPipe) layers.push(last.in as z.ZodType);
    else return layers;
  }
}

function describe(schema: z.ZodType | undefined): string {
  const layers = schema ? unwrapped(schema) : [];
  const description = layers.find((layer) => layer.description !== undefined)?.description;
  const keys = keysOf(schema);
  return [
    ...(description === undefined ? [] : [description]),
    ...(keys.length === 0 ? [] : [`keys: ${listed(keys)}`]),
  ].join('; ');
}

function keysOf(schema: z.ZodType | undefined): readonly string[] {
  const bare = schema && unwrapped(schema).at(-1);
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
}
