/** Facts about Debian's archives and releases. Pure. */
import { archiveText } from '../matrix/archive-text.ts';
import type { Archive, Base, BaseSource } from '../model.ts';

/** The last day of each stable release's long-term support, after which its suites may stop and move. */
const LAST_DAYS: Readonly<Record<string, string>> = {
  squeeze: '2016-02-29',
  wheezy: '2018-05-31',
  jessie: '2020-06-30',
  stretch: '2022-06-30',
  buster: '2024-06-30',
  bullseye: '2026-08-31',
  bookworm: '2028-06-30',
  trixie: '2030-06-30',
};
const STABLE_NAMES = ['stable', 'oldstable', 'oldoldstable'];
/** Releases whose security suite is named as it was before Debian 11. */
const OLD_SECURITY_NAMES = ['squeeze', 'wheezy', 'jessie', 'stretch', 'buster'];

/** Debian's own keys, in its images and on its machines. */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whether the long-term support of a release is over; false for one that is not known. */
export function isPastSupport(release: string, now: Date): boolean {
  const last = LAST_DAYS[release];
  return last !== undefined && now.getTime() >= Date.parse(last) + 864e5;
}

/** The Debian release of a base: that of its bootstrap, or the one that an image's tag names. */
function releaseOf({ sources }: Pick<Base, 'sources'>): string | undefined {
  for (const source of sources) {
    if (source.type === 'bootstrap') return source.release;
    const words = source.reference.replace(/^[^:]*:?/, '').split(/[^a-z]+/);
    const named = words.find((word) => word in LAST_DAYS);
    if (named !== undefined) return named;
  }
  return undefined;
}

/**
 * Whether a source's Release files may have expired. They always must be signed. The date guards against
 * a mirror that hides updates, and a snapshot or a release that has ended gets none.
 */
export function acceptsExpired(
  base: Pick<Base, 'sources' | 'acceptsExpired'>,
  { archive }: BaseSource,
  now: Date,
): boolean {
  if (base.acceptsExpired === true) return true;
  if (archive !== undefined && archive.type !== 'mirror') return true;
  const release = releaseOf(base);
  return release !== undefined && isPastSupport(release, now);
}

/**
 * The lines of sources.list for a release in an archive.
 *
 * @param releaseOnly whether only the release itself is taken, without its updates
 */
export function aptSources(
  release: string,
  archive: Archive,
  releaseOnly: boolean,
): readonly string[] {
  const { type, main, security, keyring = DEBIAN_KEYRING } = archive;
  const line = (address: string, suite: string) =>
    `deb [signed-by=${keyring}] ${address} ${suite} main`;
  const hasUpdates = release in LAST_DAYS || STABLE_NAMES.includes(release);
  if (releaseOnly || !hasUpdates) return [line(main, release)];
  const suite = OLD_SECURITY_NAMES.includes(release) ? `${release}/updates` : `${release}-security`;
  // Where old releases are, the last point release has all of the updates that there were.
  const updates = type === 'old-releases' ? [] : [line(main, `${release}-updates`)];
  return [line(main, release), ...updates, line(security, suite)];
}

/** A base's source in words: `bootstrap from the snapshot of 20260830T000000Z`. */
export function sourceText(source: BaseSource): string {
  const { archive } = source;
  if (source.type === 'bootstrap') return `the bootstrap from ${archiveText(archive)}`;
  const packages = archive ? ` with packages from ${archiveText(archive)}` : '';
  return `the image ${source.reference}${packages}`;
}
