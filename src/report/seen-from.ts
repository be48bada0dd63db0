/**
 * Rows of a run from the point of view of another host. An id without a platform is of the host's own, so
 * the same id of two hosts can be two rows, and the same row can have two ids. Pure.
 */
import type { Report } from './schema.ts';
import { platformOf, PLATFORMS, renamedId, type Platform } from '../platform.ts';

/** A file's facts about its run. */
interface StatedRun {
  readonly platform?: string | undefined;
  readonly host?: { readonly arch: string } | undefined;
}

/** The platform of rows whose ids name none; files of before platforms state it by their host alone. */
export function homePlatform({ platform, host }: StatedRun): Platform | undefined {
  return PLATFORMS.find((one) => one === platform) ?? platformOf(host?.arch);
}

/** A report's own facts, without those that its host already implies. */
export function statedHome(
  home: Platform | undefined,
  host: { readonly arch: string },
): Platform | undefined {
  return home === platformOf(host.arch) ? undefined : home;
}

interface Rows {
  readonly run: StatedRun & Partial<Pick<Report['run'], 'hosts' | 'leftOut'>>;
  readonly environments: readonly { readonly id: string }[];
  readonly cells: readonly { readonly environment: string }[];
}

/**
 * A report, or a record of one, with ids that name each platform except `home`.
 *
 * @param home undefined for nothing to be changed, as where the report's own is not known
 */
export function seenFrom<Seen extends Rows>(seen: Seen, home: Platform | undefined): Seen {
  const own = homePlatform(seen.run);
  if (home === undefined || own === undefined || own === home) return seen;
  const renamed = (id: string) => renamedId(id, own, home);
  const { hosts, leftOut } = seen.run;
  return {
    ...seen,
    run: {
      ...seen.run,
      platform: home,
      hosts: hosts?.map((one) => ({ ...one, environments: one.environments.map(renamed) })),
      leftOut: leftOut?.map((one) => ({ ...one, environments: one.environments.map(renamed) })),
    },
    environments: seen.environments.map((row) => ({ ...row, id: renamed(row.id) })),
    cells: seen.cells.map((cell) => ({ ...cell, environment: renamed(cell.environment) })),
  };
}
