/** Turns the text of a YAML file into a value, or into all of its errors. Pure. */
import { failed, ok, type Result } from '../result.ts';
import type { Complaint } from './complaint.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

/** More diagnostics than these are counted, not shown: no one reads them. */
const MOST_DIAGNOSTICS = 50;

/**
 * Reads a file. Mistakes of YAML hide all others.
 *
 * @param text the whole file
 * @param path the file's path, for messages
 * @param read converts the file's value, or returns its problems: complaints about parts, or a
 *   sentence about the whole file
 * @returns what was read, or the diagnostics in the order of the file, the first {@link MOST_DIAGNOSTICS}
 */
export function loadYaml<Read>(
  text: string,
  path: string,
  read: (value: unknown) => Result<Read, readonly Complaint[] | string>,
): Result<Read, readonly Diagnostic[]> {
  const yaml = readYaml(text);
  if (!yaml.ok) return failed(inOrder(yaml.error.map((problem) => ({ file: path, ...problem }))));
  const result = read(yaml.value.value);
  if (result.ok) return ok(result.value);
  if (typeof result.error === 'string') {
    return failed([{ file: path, range: null, message: result.error }]);
  }
  return failed(locate(result.error, yaml.value, path));
}

/**
 * Complaints with their places, in the order of the file. Hints are worked out for those only that
 * are shown.
 *
 * @param yaml the text that they are about
 * @param file its path, as the user gave it
 */
function locate(
  complaints: readonly Complaint[],
  yaml: YamlText,
  file: string,
): readonly Diagnostic[] {
  const located = complaints.slice(0, MOST_DIAGNOSTICS).map(({ path, part, message, hint }) => ({
    file,
    range: yaml.rangeOf(path, part),
    message,
    hint: hint?.(),
  }));
  return inOrder(located, complaints.length - located.length);
}

/**
 * The first diagnostics in the order of the file, and how many more there are.
 *
 * @param uncounted how many there are besides `all`
 */
function inOrder(all: readonly Diagnostic[], uncounted = 0): readonly Diagnostic[] {
  const sorted = all.toSorted((a, b) => (a.range?.start ?? 0) - (b.range?.start ?? 0));
  const shown = sorted.slice(0, MOST_DIAGNOSTICS);
  const more = sorted.length - shown.length + uncounted;
  const file = sorted[0]?.file ?? '';
  return more === 0
    ? shown
    : [...shown, { file, range: null, message: `and ${more} more mistakes that are not shown` }];
}
