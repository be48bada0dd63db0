/** The text of a JSON file that anyone may have written -> its value, or why it has none. Pure. */
import type { core, z } from 'zod';
import { failed, ok, type Result } from '../result.ts';
import { shortened, visibleLine } from '../text/visible-text.ts';
import type { ValueOf } from './immutable.ts';

/** UTF-16 units: room for a report of a million cells with little evidence, or 80,000 with much. */
const LARGEST = 256 * 1024 * 1024;
const MOST_PROBLEMS = 20;
/** UTF-16 units of one problem, which may quote the file. */
const LONGEST_PROBLEM = 1_000;

/** 1 to 20 lines without control characters, such as `cells[3].verdict: a pass with failures`. */
export type Problems = readonly [string, ...string[]];

/**
 * Reads a JSON text and checks it against a schema.
 *
 * @param text the file's content, decoded; it may begin with a byte order mark
 * @returns what the schema makes of it; never throws for a bad file
 */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): Result<ValueOf<Schema>, Problems> {
  if (text.length > LARGEST) {
    return failed([`the file is larger than ${LARGEST / 2 ** 20} MiB`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return failed([problemLine(`not JSON: ${error.message}`)]);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data as ValueOf<Schema>);
  const [first, ...others] = parsed.error.issues.slice(0, MOST_PROBLEMS).map(issueText);
  return failed([first ?? 'it does not have the expected form', ...others]);
}

function issueText({ path, message }: core.$ZodIssue): string {
  const keys = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const place = keys.join('').replace(/^\./, '');
  return problemLine(place === '' ? message : `${place}: ${message}`);
}

function problemLine(text: string): string {
  return shortened(visibleLine(shortened(text, LONGEST_PROBLEM)), LONGEST_PROBLEM);
}
