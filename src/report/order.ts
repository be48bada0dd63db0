/** The order in which a report shows environments: C library, its package, then Python. Pure. */
import type { Cell, ReportEnvironment } from './schema.ts';
import {
  compareDebianVersions,
  comparePythonVersions,
  compareText,
} from '../text/version-order.ts';

const LIBC_FAMILIES = ['glibc', 'musl'];
const IMPLEMENTATIONS = ['CPython', 'PyPy'];

/** The facts that decide a row's position. */
type SortableRow = Pick<ReportEnvironment, 'id' | 'libc' | 'python'>;

/**
 * The order of a report's rows: glibc before musl, older before newer, by the library's version and
 * then its package; within one C library CPython before PyPy, older before newer; last by id.
 * Environments whose facts could not be measured come last, since their place is not known.
 */
export function compareEnvironments(a: SortableRow, b: SortableRow): number {
  return (
    Number(a.libc === undefined) - Number(b.libc === undefined) ||
    compareLibcs(a.libc, b.libc) ||
    Number(a.python === undefined) - Number(b.python === undefined) ||
    comparePythons(a.python, b.python) ||
    compareText(a.id, b.id)
  );
}

/** The order of C libraries; 0 if either is unknown. */
export function compareLibcs(a: ReportEnvironment['libc'], b: ReportEnvironment['libc']): number {
  if (!a || !b) return 0;
  return (
    comparePlaces(LIBC_FAMILIES, a.name, b.name) ||
    compareDebianVersions(a.version, b.version) ||
    compareDebianVersions(packageVersion(a.package), packageVersion(b.package))
  );
}

/**
 * The order of Pythons; 0 if either is unknown. The build comes last: it separates only
 * variants.
 */
export function comparePythons(
  a: ReportEnvironment['python'],
  b: ReportEnvironment['python'],
): number {
  if (!a || !b) return 0;
  return (
    comparePlaces(IMPLEMENTATIONS, a.implementation, b.implementation) ||
    comparePythonVersions(a.version, b.version)
  );
}

/** `libc6 2.41-12` is the package's name and its version; without a space all of it is the version. */
export function packageVersion(text: string): string {
  return text.slice(text.indexOf(' ') + 1);
}

/** Known names in their own order, then unknown ones by name. */
function comparePlaces(known: readonly string[], a: string, b: string): number {
  if (a === b) return 0;
  return placeAmong(known, a) - placeAmong(known, b) || compareText(a, b);
}

function placeAmong(known: readonly string[], name: string): number {
  return known.includes(name) ? known.indexOf(name) : known.length;
}

/** A copy of the list in the order of {@link compareEnvironments}. */
export function orderEnvironments<E extends SortableRow>(environments: readonly E[]): E[] {
  return [...environments].sort(compareEnvironments);
}

/** A copy of cells in the order of these rows; those of one row keep their order. */
export function orderCells(
  cells: readonly Cell[],
  environments: readonly Pick<ReportEnvironment, 'id'>[],
): Cell[] {
  const places = new Map(environments.map(({ id }, index) => [id, index]));
  return cells.toSorted(
    (a, b) => (places.get(a.environment) ?? 0) - (places.get(b.environment) ?? 0),
  );
}
