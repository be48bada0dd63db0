/** Complaints -> diagnostics: each with its place, in the order of the file, and not too many. Pure. */
import type { Complaint } from './complaint.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { YamlText } from './yaml-text.ts';

/** Bytes of the largest file that is read. */
export const LARGEST_FILE = 2 ** 20;

/** More diagnostics than these are counted, not shown: nobody reads them. */
const MOST_DIAGNOSTICS = 50;

/** What is said of a file that is not read because of its size. */
export function tooLarge(file: string, bytes: number): Diagnostic {
  const message = `the file has ${bytes} bytes; more than ${LARGEST_FILE} are not read`;
  return { file, range: null, message };
}

/**
 * Complaints with their places, in the order of the file. Hints are worked out for those only that
 * are shown.
 *
 * @param yaml the text that they are about
 * @param file its path, as the user gave it
 */
export function locate(
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

/**
 * The first diagnostics in the order of the file, and how many more there are.
 *
 * @param uncounted how many there are besides `all`
 */
export function inOrder(all: readonly Diagnostic[], uncounted = 0): readonly Diagnostic[] {
  const sorted = all.toSorted((a, b) => (a.range?.start ?? 0) - (b.range?.start ?? 0));
  const shown = sorted.slice(0, MOST_DIAGNOSTICS);
  const more = sorted.length - shown.length + uncounted;
  const file = sorted[0]?.file ?? '';
  return more === 0
    ? shown
    : [...shown, { file, range: null, message: `and ${more} more mistakes, not shown` }];
}
