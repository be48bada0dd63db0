/** The measured rows that stand for a reader's own Python and C library. Pure. */
import { groupBy } from '../group-by.ts';
import type { ReportEnvironment } from '../report/schema.ts';
import { failed, ok, type Result } from '../result.ts';
import { placeOf, type Axis, type AxisPlace, type Place } from '../report/row-place.ts';
import { listInWords } from '../text/list-text.ts';
import { compareDebianVersions, comparePythonVersions } from '../text/version-order.ts';

/** A reader's Python and C library; an axis that is not named is not asked about. */
export interface OwnSystem {
  readonly python?: Wanted | undefined;
  readonly libc?: Wanted | undefined;
}

/** `CPython 3.13`, `PyPy`, `musl`, `glibc 2.41`. */
interface Wanted {
  /** As {@link AxisPlace.line}. */
  readonly line: string;
  /** Undefined where any version will do. */
  readonly version?: string | undefined;
  /** The patch release of Python, if one was named: `3.13.5`. */
  readonly release?: string | undefined;
}

/** The rows that answer, and whether they are what was asked about. */
export interface OwnRows {
  /** `nearest`: no row is exactly that, and these are the next ones on each side. */
  readonly type: 'exact' | 'nearest';
  readonly environments: readonly ReportEnvironment[];
}

const LINES: Readonly<Record<string, string>> = {
  cpython: 'CPython',
  python: 'CPython',
  pypy: 'PyPy',
  glibc: 'glibc',
  musl: 'musl',
};

/**
 * Reads `3.13`, `3.13t`, `pypy-3.11`, `musl`, `glibc-2.41` or the same with a space.
 *
 * @returns a failure that states the allowed values, without a subject and a full stop
 */
export function parseWanted(axis: Axis, text: string): Result<Wanted, string> {
  const [, name = '', version = '', threaded = ''] =
    /^([a-z]*)[ -]?(\d[\d.]*)?(t?)$/i.exec(text.trim()) ?? [];
  const such =
    axis === 'python'
      ? '3.13, 3.13t (free-threaded) or pypy-3.11'
      : 'glibc, glibc-2.41 or musl-1.2.5';
  const known = LINES[name === '' && axis === 'python' ? 'cpython' : name.toLowerCase()];
  const fits = known !== undefined && (known === 'glibc' || known === 'musl') === (axis === 'libc');
  if (!fits || (name === '' && version === '')) return failed(`takes a version such as ${such}`);
  const line = threaded === '' ? known : `${known} free-threaded`;
  const coarse = axis === 'python' ? version.split('.').slice(0, 2).join('.') : version;
  return ok({
    line,
    version: coarse === '' ? undefined : coarse,
    ...(coarse !== version && { release: version }),
  });
}

/** `CPython 3.13 on musl`. */
export function ownSystemText({ python, libc }: OwnSystem): string {
  const text = (one: Wanted | undefined) => {
    if (!one) return undefined;
    const [name = '', ...kind] = one.line.split(' ');
    return [name, ...(one.version === undefined ? [] : [one.version]), ...kind].join(' ');
  };
  return [text(python), text(libc)].filter((part) => part !== undefined).join(' on ');
}

/**
 * The rows of exactly that Python and C library; otherwise those of the nearest measured versions below
 * and above. A C library or a Python of another kind never stands for one.
 *
 * @returns undefined if no row is of that kind
 */
export function findOwnRows(
  environments: readonly ReportEnvironment[],
  { python, libc }: OwnSystem,
): OwnRows | undefined {
  const placed = environments.flatMap((environment) => {
    const place = placeOf(environment);
    return place ? [{ environment, place }] : [];
  });
  const byPython = nearest(placed, 'python', python);
  const versions = groupBy(byPython.rows, ({ place }) => place.python.version);
  const parts = [...versions.values()].map((rows) => nearest(rows, 'libc', libc));
  // A neighbour of the Python is worth nothing if it has no row on that C library.
  const isExact = byPython.exact && parts.some(({ exact, rows }) => exact && rows.length > 0);
  const kept = parts.filter(({ exact }) => exact || !isExact).flatMap(({ rows }) => rows);
  if (kept.length === 0) return undefined;
  return {
    type: isExact ? 'exact' : 'nearest',
    environments: kept.map(({ environment }) => environment),
  };
}

/**
 * That the rows are about some patch releases of the wanted Python alone, in a sentence: a fix that changes
 * the verdict can be in any other.
 *
 * @returns an empty text if no version was asked about, or if all rows have exactly the release in question
 */
export function releaseCaution(
  { python }: OwnSystem,
  environments: readonly ReportEnvironment[],
): string {
  if (python?.version === undefined) return '';
  const measured = environments.flatMap((one) => one.python?.version.replace(/ .*/, '') ?? []);
  const releases = [...new Set(measured)].sort(comparePythonVersions);
  if (releases.length === 1 && releases[0] === python.release) return '';
  const name = ownSystemText({ python });
  return `These rows have ${listInWords(releases)}; other releases of ${name} can behave differently.`;
}

interface PlacedRow {
  readonly environment: ReportEnvironment;
  readonly place: Place;
}

/** Rows of the line at the version, or at the next versions on both sides of it. */
function nearest(
  all: readonly PlacedRow[],
  axis: Axis,
  wanted: Wanted | undefined,
): { readonly exact: boolean; readonly rows: readonly PlacedRow[] } {
  if (!wanted) return { exact: true, rows: all };
  const at = ({ place }: PlacedRow): AxisPlace => place[axis];
  const rows = all.filter((one) => at(one).line === wanted.line);
  const { version } = wanted;
  if (version === undefined) return { exact: true, rows };
  const same = rows.filter((one) => at(one).version === version);
  if (same.length > 0) return { exact: true, rows: same };
  const compare = axis === 'libc' ? compareDebianVersions : comparePythonVersions;
  const versions = [...new Set(rows.map((one) => at(one).version))].sort(compare);
  const above = versions.findIndex((one) => compare(one, version) > 0);
  const below = above < 0 ? versions.at(-1) : versions[above - 1];
  const next = [below, versions[above]];
  return { exact: false, rows: rows.filter((one) => next.includes(at(one).version)) };
}
