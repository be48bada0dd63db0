/**
 * A mistake in a part of a file, before its position in the text is known. The checks name keys and
 * entries only; yaml-text.ts finds their lines.
 */
import { didYouMean, quoted } from '../text/names.ts';

/** The keys and indexes that lead to a part of the file. */
export type Path = readonly (string | number)[];

export interface Complaint {
  readonly path: Path;
  /** The problem: the key at the end of the path, or what it holds. */
  readonly part: 'key' | 'value';
  readonly message: string;
  /**
   * The allowed values. A function, because only the first complaints are shown, and finding the
   * nearest of thousands of names takes time.
   */
  readonly hint?: (() => string) | undefined;
}

/**
 * Complains of a name that the file does not define.
 *
 * @param kind what the name is of: `base`
 * @param name undefined where the file gives none, which is no mistake
 * @param known the defined names
 * @param path where the name is in the file
 */
export function unknownName(
  kind: string,
  name: string | undefined,
  known: { has(name: string): boolean; keys(): Iterable<string> },
  path: Path,
): readonly Complaint[] {
  if (name === undefined || known.has(name)) return [];
  const hint = () => didYouMean(name, known.keys(), `${kind}s`);
  return [{ path, part: 'value', message: `unknown ${kind} ${quoted(name)}`, hint }];
}
