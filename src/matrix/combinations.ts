/** Axes, exclude and include to the combinations that there are. Pure; knows no axis by name. */
import type { Complaint, Path } from '../yaml-file/complaint.ts';
import { quoted } from '../text/names.ts';
import type { Pattern } from './pattern.ts';

/** A part of a group, as schema.ts reads it. */
export interface CombinationsEntry<Axis extends string> {
  readonly axes?: Lists<Axis> | undefined;
  readonly exclude?:
    | readonly (Readonly<Partial<Record<Axis, readonly Pattern[] | undefined>>> & {
        readonly reason: string;
      })[]
    | undefined;
  readonly include?: readonly Lists<Axis>[] | undefined;
}

/** One value of each axis, with the name of the combination. */
export interface Combination<Axis extends string> {
  /**
   * The values in the order of the axes, with slashes between them unless the caller passes another
   * separator.
   */
  readonly id: string;
  readonly values: Readonly<Record<Axis, string>>;
}

interface Combinations<Axis extends string> {
  /** Without doubles: those of the axes, the first axis changing slowest, then those included. */
  readonly present: readonly Combination<Axis>[];
  /** Combinations that the axes give, an `exclude` removes, and no `include` adds again. */
  readonly excluded: readonly (Combination<Axis> & {
    readonly reason: string;
    /** Which `exclude` it was, for messages. */
    readonly path: Path;
  })[];
  readonly complaints: readonly Complaint[];
}

/**
 * Expands a part of a group: every combination of the axes, without those that an `exclude` fits (the
 * first that does gives the reason), and with those of every `include`.
 *
 * Duplicates, and an `exclude` that matches nothing, are complaints, because they are mistakes.
 * More than `most` combinations are a complaint as well, and then none are returned.
 *
 * @param path where the part is in the file
 * @param order the axes in the order of ids
 * @param idOf the name of the values together, in that order
 */
export function combinationsOf<Axis extends string>(
  entry: CombinationsEntry<Axis>,
  path: Path,
  order: readonly Axis[],
  most: number,
  idOf: (values: readonly string[]) => string = (values) => values.join('/'),
): Combinations<Axis> {
  const complaints: Complaint[] = [];
  const blocks = blocksOf(entry, path);
  const total = blocks.reduce((sum, { lists }) => sum + sizeOf(lists, order), 0);
  if (total > most) {
    const message = `these are ${total} combinations, and one file may have at most ${most}`;
    return { present: [], excluded: [], complaints: [{ path, part: 'key', message }] };
  }
  for (const block of blocks) complaints.push(...repeated(block.lists, block.path, order));

  const present = new Map<string, Combination<Axis>>();
  const excluded = new Map<string, Combinations<Axis>['excluded'][number]>();
  const useful = new Set<number>();
  const excludes = entry.exclude ?? [];
  for (const combination of entry.axes ? product(entry.axes, order, idOf) : []) {
    const fitting = excludes.flatMap((exclude, index) =>
      fits(exclude, combination, order) ? [{ reason: exclude.reason, index }] : [],
    );
    for (const { index } of fitting) useful.add(index);
    const [first] = fitting;
    if (first) {
      const { reason, index } = first;
      excluded.set(combination.id, { ...combination, reason, path: [...path, 'exclude', index] });
    } else {
      present.set(combination.id, combination);
    }
  }
  for (const index of excludes.keys()) {
    if (useful.has(index)) continue;
    complaints.push({
      path: [...path, 'exclude', index],
      part: 'value',
      message: 'this excludes nothing',
      hint: () =>
        'No combination of the axes matches it. Combinations of `include` are never excluded.',
    });
  }
  for (const [index, lists] of (entry.include ?? []).entries()) {
    for (const combination of distinct(product(lists, order, idOf))) {
      if (present.has(combination.id)) {
        complaints.push({
          path: [...path, 'include', index],
          part: 'value',
          message: `${quoted(combination.id)} exists already`,
        });
      }
      present.set(combination.id, combination);
      excluded.delete(combination.id);
    }
  }
  if (present.size === 0 && complaints.length === 0) {
    complaints.push({
      path,
      part: 'key',
      message: 'the excludes leave no combination',
    });
  }
  return { present: [...present.values()], excluded: [...excluded.values()], complaints };
}

/** The lists of a part that are combined, each with its place in the file. */
export function blocksOf<Axis extends string>(
  { axes, include = [] }: CombinationsEntry<Axis>,
  path: Path,
): readonly { readonly lists: Lists<Axis>; readonly path: Path }[] {
  return [
    ...(axes ? [{ lists: axes, path: [...path, 'axes'] }] : []),
    ...include.map((lists, index) => ({ lists, path: [...path, 'include', index] })),
  ];
}

type Lists<Axis extends string> = Readonly<Record<Axis, readonly string[]>>;

function sizeOf<Axis extends string>(lists: Lists<Axis>, order: readonly Axis[]): number {
  return order.reduce((size, axis) => size * lists[axis].length, 1);
}

function product<Axis extends string>(
  lists: Lists<Axis>,
  order: readonly Axis[],
  idOf: (values: readonly string[]) => string,
): readonly Combination<Axis>[] {
  const rows = order.reduce<readonly (readonly string[])[]>(
    (begun, axis) => begun.flatMap((row) => lists[axis].map((value) => [...row, value])),
    [[]],
  );
  return rows.map((row) => ({
    id: idOf(row),
    values: Object.fromEntries(order.map((axis, index) => [axis, row[index]])) as Record<
      Axis,
      string
    >,
  }));
}

/** Doubles within one list are complained of by {@link repeated}, where they are written. */
function distinct<Axis extends string>(
  combinations: readonly Combination<Axis>[],
): readonly Combination<Axis>[] {
  return [...new Map(combinations.map((combination) => [combination.id, combination])).values()];
}

function repeated<Axis extends string>(
  lists: Lists<Axis>,
  path: Path,
  order: readonly Axis[],
): readonly Complaint[] {
  return order.flatMap((axis) => {
    const seen = new Set<string>();
    return lists[axis].flatMap((value, index): readonly Complaint[] => {
      if (!seen.has(value)) {
        seen.add(value);
        return [];
      }
      const message = `${quoted(value)} is in this list twice`;
      return [{ path: [...path, axis, index], part: 'value', message }];
    });
  });
}

/** Whether every axis that an `exclude` names fits; one that it does not name always does. */
function fits<Axis extends string>(
  exclude: Readonly<Partial<Record<Axis, readonly Pattern[] | undefined>>>,
  { values }: Combination<Axis>,
  order: readonly Axis[],
): boolean {
  return order.every((axis) => {
    const patterns = exclude[axis];
    return patterns === undefined || patterns.some((pattern) => pattern.matches(values[axis]));
  });
}
