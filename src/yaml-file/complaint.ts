/**
 * A mistake in a part of a file, before its position in the text is known. The checks name keys and
 * entries only; yaml-text.ts finds their lines.
 */

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
