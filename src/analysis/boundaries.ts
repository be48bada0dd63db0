/**
 * The simplest account of where a scenario reproduces: constant, or flipping once or twice along the
 * C library's or Python's versions, with the cells that do not fit named as exceptions. Pure.
 */
import { compareVersions, isNextVersion, type Axis, type Place } from './axes.ts';

/** A decided cell at its place. */
export interface Point {
  readonly environment: string;
  readonly place: Place;
  readonly fails: boolean;
}

/** Where a scenario reproduces among some points. */
export type Account =
  | { readonly type: 'constant'; readonly fails: boolean; readonly points: readonly Point[] }
  | {
      /** Below and above some version it is different. */
      readonly type: 'boundary';
      readonly axis: Axis;
      /** The last version below and the first above. */
      readonly last: string;
      readonly first: string;
      /** Whether versions between these two exist or may exist. */
      readonly gap: boolean;
      readonly below: Account;
      readonly above: Account;
    };

/** An account, and the points that it gets wrong. */
export interface Explanation {
  readonly account: Account;
  readonly exceptions: readonly Point[];
  /** Exceptions and boundaries, weighed against each other: the less, the simpler. */
  readonly cost: number;
}

/** A boundary must explain more than this many cells that would be exceptions without it. */
const COST_OF_BOUNDARY = 0.9;
const MOST_BOUNDARIES = 2;

/**
 * Finds the account with the fewest exceptions and boundaries together; of equals the one with fewer
 * boundaries, then the one along the first of `axes`.
 *
 * @param points one or more, all on one line of each axis that is in `axes`
 */
export function explain(points: readonly Point[], axes: readonly Axis[]): Explanation {
  const field = fieldOf(points);
  return explanationOf(simplest(field, axes, field.whole, MOST_BOUNDARIES), points, field);
}

/** Places on both axes, from the first to before the last. */
type Rectangle = Readonly<Record<Axis, readonly [from: number, to: number]>>;

/**
 * The points counted by their versions. Boundaries cut it into rectangles, and the sums make counting
 * any rectangle four look-ups, so that thousands of points cost no more than their versions do.
 */
interface Field {
  readonly versions: Readonly<Record<Axis, readonly string[]>>;
  readonly whole: Rectangle;
  readonly passing: Sums;
  readonly failing: Sums;
}

/** At [y][x] the number of points with places below y and x. */
type Sums = readonly (readonly number[])[];

/** A rectangle and its boundaries, before points and words are put to them. */
type Plan = { readonly area: Rectangle; readonly cost: number } & (
  | { readonly type: 'constant'; readonly fails: boolean }
  | { readonly type: 'boundary'; readonly axis: Axis; readonly below: Plan; readonly above: Plan }
);

function fieldOf(points: readonly Point[]): Field {
  const versions = {
    libc: versionsAmong('libc', points),
    python: versionsAmong('python', points),
  };
  return {
    versions,
    whole: { libc: [0, versions.libc.length], python: [0, versions.python.length] },
    passing: sumsOf(
      points.filter(({ fails }) => !fails),
      versions,
    ),
    failing: sumsOf(
      points.filter(({ fails }) => fails),
      versions,
    ),
  };
}

function sumsOf(points: readonly Point[], { libc, python }: Field['versions']): Sums {
  const rows = new Map(libc.map((version, y) => [version, y]));
  const columns = new Map(python.map((version, x) => [version, x]));
  const counts = libc.map(() => python.map(() => 0));
  for (const { place } of points) {
    const row = counts[rows.get(place.libc.version) ?? 0];
    const x = columns.get(place.python.version) ?? 0;
    if (row) row[x] = (row[x] ?? 0) + 1;
  }
  let above = [0, ...python.map(() => 0)];
  const sums = [above];
  for (const own of counts) {
    const row = [0];
    let sum = 0;
    for (const [x, count] of own.entries()) {
      sum += count;
      row.push(sum + (above[x + 1] ?? 0));
    }
    sums.push(row);
    above = row;
  }
  return sums;
}

function countIn(sums: Sums, { libc, python }: Rectangle): number {
  return (
    sumAt(sums, libc[1], python[1]) -
    sumAt(sums, libc[0], python[1]) -
    sumAt(sums, libc[1], python[0]) +
    sumAt(sums, libc[0], python[0])
  );
}

function sumAt(sums: Sums, y: number, x: number): number {
  return sums[y]?.[x] ?? 0;
}

function simplest(field: Field, axes: readonly Axis[], area: Rectangle, boundaries: number): Plan {
  const failing = countIn(field.failing, area);
  const passing = countIn(field.passing, area);
  const cost = Math.min(failing, passing);
  let best: Plan = { type: 'constant', fails: failing >= passing, area, cost };
  if (boundaries === 0 || best.cost <= COST_OF_BOUNDARY) return best;
  for (const axis of axes) {
    const [from, to] = area[axis];
    for (let cut = from + 1; cut < to; cut += 1) {
      const old: Rectangle = { ...area, [axis]: [from, cut] };
      const young: Rectangle = { ...area, [axis]: [cut, to] };
      if (isEmpty(field, old) || isEmpty(field, young)) continue;
      const below = simplest(field, axes, old, boundaries - 1);
      const above = simplest(field, axes, young, boundaries - 1);
      const total = below.cost + above.cost + COST_OF_BOUNDARY;
      // Sums of the same terms may differ in their last digit.
      if (total < best.cost - 1e-9) {
        best = { type: 'boundary', axis, area, below, above, cost: total };
      }
    }
  }
  return best;
}

function isEmpty(field: Field, area: Rectangle): boolean {
  return countIn(field.failing, area) + countIn(field.passing, area) === 0;
}

function explanationOf(plan: Plan, points: readonly Point[], field: Field): Explanation {
  const { cost } = plan;
  if (plan.type === 'constant') {
    const { fails } = plan;
    const exceptions = points.filter((point) => point.fails !== fails);
    return { account: { type: 'constant', fails, points }, exceptions, cost };
  }
  const { axis } = plan;
  const old = new Set(field.versions[axis].slice(0, plan.above.area[axis][0]));
  const belowPoints = points.filter(({ place }) => old.has(place[axis].version));
  const abovePoints = points.filter(({ place }) => !old.has(place[axis].version));
  const below = explanationOf(plan.below, belowPoints, field);
  const above = explanationOf(plan.above, abovePoints, field);
  // Not the versions at the cut: in this part of the field these may have no points.
  const last = versionsAmong(axis, belowPoints).at(-1) ?? '';
  const first = versionsAmong(axis, abovePoints)[0] ?? '';
  const gap = !isNextVersion(last, first);
  return {
    account: {
      type: 'boundary',
      axis,
      last,
      first,
      gap,
      below: below.account,
      above: above.account,
    },
    exceptions: [...below.exceptions, ...above.exceptions],
    cost,
  };
}

/** The versions of some points on an axis, each once, from old to new. */
export function versionsAmong(axis: Axis, points: readonly Point[]): string[] {
  return [...new Set(points.map(({ place }) => place[axis].version))].sort((a, b) =>
    compareVersions(axis, a, b),
  );
}

/**
 * Something that was decided on both sides of a boundary, differently, and is the same on the other
 * axis, such as one Python on both C libraries: what proves that the boundary's own axis decides.
 *
 * @returns its place below the boundary; undefined where there is none, so that the other axis may be
 *   what decides
 */
export function witness(boundary: Account & { type: 'boundary' }): Place | undefined {
  const other = boundary.axis === 'libc' ? 'python' : 'libc';
  const key = ({ place }: Point, fails: boolean) =>
    `${place[other].line} ${place[other].version} ${fails}`;
  const above = new Set(pointsOf(boundary.above).map((point) => key(point, point.fails)));
  return pointsOf(boundary.below).find((point) => above.has(key(point, !point.fails)))?.place;
}

/** All points of an account, exceptions included. */
export function pointsOf(account: Account): readonly Point[] {
  return account.type === 'constant'
    ? account.points
    : [...pointsOf(account.below), ...pointsOf(account.above)];
}
