/** The days of a search along date, and rows with the packages of one of them. Pure. */
import { withArchives } from '../matrix/archives.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { Base, Environment } from '../model.ts';
import { failed, ok, type Result } from '../result.ts';

const DAY = 864e5;
/** Days before the last one at which a search begins if no first day is given. */
const USUAL_DAYS = 365;

/** Days such as `2026-08-30`, or undefined where the user named none. */
interface AskedDays {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Every day of a search, from old to new, such as `2026-08-30`: by default the year until today.
 *
 * @returns the problem with an option that is no day, is in the future or is not before the other
 */
export function daysOf({ from, to }: AskedDays, now: Date): Result<readonly string[], string> {
  const today = dayOf(now.getTime());
  for (const [option, day] of [
    ['--from', from],
    ['--to', to],
  ] as const) {
    if (day === undefined) continue;
    const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : NaN;
    // Date accepts a 30th of February and takes it for a day of March.
    if (Number.isNaN(time) || dayOf(time) !== day) {
      return failed(`${option} takes a day such as 2026-08-30, not ${day}.`);
    }
    if (day > today) return failed(`${option} ${day} is in the future: today is ${today}.`);
  }
  const last = Date.parse(to ?? today);
  const first = from === undefined ? last - USUAL_DAYS * DAY : Date.parse(from);
  if (first >= last) {
    return failed(`--from ${dayOf(first)} is not before --to ${dayOf(last)}.`);
  }
  return ok(
    Array.from({ length: (last - first) / DAY + 1 }, (_, index) => dayOf(first + index * DAY)),
  );
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The snapshot of a day: the archive as it was when the day began, such as `20260830T000000Z`. */
export function momentOf(day: string): string {
  return `${day.replaceAll('-', '')}T000000Z`;
}

/** A row, and the base that compiles programs for it, with packages of one day. */
interface DatedRow {
  readonly environment: Environment;
  readonly compileOn: Base | null;
}

/**
 * The row with every package from the snapshot of a day. A pulled image is no source of it, because
 * it comes with packages of another day. Builds for the row on the same base are of the same day.
 *
 * @returns the problem with a row that has no packages of the Debian archive
 */
export function rowOn(
  day: string,
  environment: Environment,
  { archives, compileOn }: Pick<Matrix, 'archives' | 'compileOn'>,
): Result<DatedRow, string> {
  const { id, base, image } = environment;
  const bootstraps = base.sources.filter(({ type }) => type === 'bootstrap');
  if (image !== undefined || bootstraps.length === 0) {
    return failed(
      `${id} cannot be searched along date: its base has no \`bootstrap\` source, and the packages of a pulled image are of the day on which it was made.`,
    );
  }
  const moment = { snapshot: momentOf(day) };
  // Two sources can differ in their archive alone.
  const sources = withArchives(bootstraps, [moment], archives).filter(
    (source, index, all) =>
      all.findIndex((one) => JSON.stringify(one) === JSON.stringify(source)) === index,
  );
  const dated = <B extends Base | null>(one: B) =>
    one?.id === base.id ? { ...one, sources } : one;
  const { build } = environment.python;
  const python = build
    ? { ...environment.python, build: { ...build, base: dated(build.base) } }
    : environment.python;
  return ok({
    environment: { ...environment, base: dated(base), python },
    compileOn: dated(compileOn),
  });
}
