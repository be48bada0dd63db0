/** The text of matrix.yaml to a matrix, or to everything that is wrong with it. Pure. */
import { createHash } from 'node:crypto';
import { assemble } from './assemble.ts';
import type { Complaint } from './complaint.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Matrix } from './matrix.ts';
import { failed, ok, type Result } from './result.ts';
import { fileSchema } from './schema.ts';
import { schemaComplaints } from './schema-complaints.ts';
import { wellFormedParts } from './well-formed.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

/** Bytes of the largest file that is read. */
export const LARGEST_FILE = 2 ** 20;

/** More diagnostics than these are counted, not shown: nobody reads them. */
const MOST_DIAGNOSTICS = 50;

/**
 * Reads a matrix.
 *
 * @param text the whole file
 * @param path the file's path, for messages and the report
 * @returns a matrix that is right in itself, although nothing outside of the file was looked at; or
 *   what is wrong, in the order of the file: not the first mistake only, but every one that shows.
 *   Mistakes of YAML hide all others, and a part of the wrong shape is not looked into further.
 */
export function loadMatrix(text: string, path: string): Result<Matrix, readonly Diagnostic[]> {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_FILE) return failed([tooLarge(path, bytes)]);
  const yaml = readYaml(text);
  if (!yaml.ok) return failed(inOrder(yaml.error.map((problem) => ({ file: path, ...problem }))));
  const { value } = yaml.value;
  if (value === null) {
    const message = 'the file is empty; it needs `version`, `bases`, `pythons` and `groups`';
    return failed([{ file: path, range: null, message }]);
  }

  const shape = fileSchema.safeParse(value);
  const { matrix, complaints } = assemble(wellFormedParts(value));
  const all = [
    ...(shape.success ? [] : schemaComplaints(fileSchema, value, shape.error.issues)),
    ...complaints,
  ];
  if (all.length > 0) return failed(diagnostics(all, yaml.value, path));
  return ok({ path, sha256: createHash('sha256').update(text).digest('hex'), ...matrix });
}

/** What is said of a file that is not read because of its size. */
export function tooLarge(file: string, bytes: number): Diagnostic {
  const message = `the file has ${bytes} bytes; more than ${LARGEST_FILE} are not read`;
  return { file, range: null, message };
}

/** Complaints with their places. Hints are worked out for those only that are shown. */
function diagnostics(
  complaints: readonly Complaint[],
  yaml: YamlText,
  file: string,
): readonly Diagnostic[] {
  const located = complaints.slice(0, MOST_DIAGNOSTICS).map(({ path, part, message, hint }) => ({
    file,
    range: yaml.rangeOf(path, part),
    message,
    ...(hint && { hint: hint() }),
  }));
  return inOrder(located, complaints.length - located.length);
}

function inOrder(all: readonly Diagnostic[], uncounted = 0): readonly Diagnostic[] {
  const sorted = all.toSorted((a, b) => (a.range?.start ?? 0) - (b.range?.start ?? 0));
  const shown = sorted.slice(0, MOST_DIAGNOSTICS);
  const more = sorted.length - shown.length + uncounted;
  const file = sorted[0]?.file ?? '';
  return more === 0
    ? shown
    : [...shown, { file, range: null, message: `and ${more} more mistakes, not shown` }];
}
