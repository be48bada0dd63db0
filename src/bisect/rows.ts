/** The rows of a bisection, and whether their measured facts are in order. Pure. */
import type { Environment } from '../model.ts';
import type { ReportEnvironment } from '../report/schema.ts';
import { placeOf, type Axis } from '../report/row-place.ts';
import { failed, ok, type Result } from '../result.ts';
import { compareDebianVersions, comparePythonVersions } from '../text/version-order.ts';

/**
 * The rows of a search: those selected, in the order of the matrix, which must be the order of their
 * versions from old to new.
 *
 * @param along `libc`: bases with one Python; `python`: Pythons on one base
 * @returns the problem where the other axis is not pinned, or if there are fewer than two rows
 */
export function rowsAlong(
  selected: readonly Environment[],
  along: Axis,
): Result<readonly Environment[], string> {
  const pinOf = ({ base, python, malloc }: Environment) =>
    [along === 'libc' ? python.id : base.id, malloc?.name].filter(Boolean).join('/');
  const pins = [...new Set(selected.map(pinOf))];
  if (pins.length > 1) {
    const [kind, example] =
      along === 'libc' ? ['Pythons', `'*/${pins[0]}'`] : ['bases', `'${pins[0]}/*-glibc'`];
    return failed(
      `A search along ${along} varies nothing else, but these rows have ${pins.length} ${kind}: ` +
        `${pins.join(', ')}. Select one of them:\n    --only ${example}`,
    );
  }
  if (selected.length < 2) {
    return failed(
      `A search needs at least two rows, and ${selected.length === 1 ? 'only one is' : 'none is'} selected.`,
    );
  }
  return ok(selected);
}

/**
 * Why rows that were measured are not what a search can be along: different C libraries or kinds of
 * Python, or versions that are not from old to new.
 *
 * @param measured in the order of the search, undefined for those that were not measured
 * @returns null if there is no problem
 */
export function orderProblem(
  measured: readonly (ReportEnvironment | undefined)[],
  along: Axis,
): string | null {
  const rows = measured.flatMap((row) => {
    const place = row && placeOf(row);
    return place ? [{ id: row.id, place }] : [];
  });
  const other: Axis = along === 'libc' ? 'python' : 'libc';
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (!before) continue;
    const [a, b] = [before.place, row.place];
    const textOf = ({ line, version }: { line: string; version: string }) => `${line} ${version}`;
    if (textOf(a[other]) !== textOf(b[other])) {
      return `${before.id} has ${textOf(a[other])} and ${row.id} has ${textOf(b[other])}, so a flip between them would prove nothing.`;
    }
    if (a[along].line !== b[along].line) {
      return `${before.id} has ${a[along].line} and ${row.id} has ${b[along].line}, whose versions cannot be compared.`;
    }
    const compare = along === 'libc' ? compareDebianVersions : comparePythonVersions;
    if (compare(a[along].version, b[along].version) > 0) {
      return `${before.id} has ${textOf(a[along])} and comes before ${row.id} with ${textOf(b[along])}. The group must list its rows from old to new.`;
    }
  }
  return null;
}
