/** The archives that a base's packages come from, as matrix.yaml names them. Pure. */
import type { Archive, BaseSource } from '../model.ts';
import type { ArchiveAddresses, BaseEntry } from './schema.ts';

/** Debian's own, each with `debian` and `debian-security` below it. */
const OLD_RELEASES = 'http://archive.debian.org';
const SNAPSHOTS = 'http://snapshot.debian.org/archive';

type ArchiveEntry = NonNullable<BaseEntry['archives']>[number];

/**
 * Each source with each archive. The source changes last, because a pulled image can be reused with
 * the next archive.
 *
 * @param addresses of the whole file; a mirror that it names is used by every base that can be
 *   bootstrapped, and by others that name `archives`
 */
export function withArchives(
  sources: readonly BaseSource[],
  entries: readonly ArchiveEntry[] | undefined,
  addresses: ArchiveAddresses,
): readonly BaseSource[] {
  const bootstraps = sources.some(({ type }) => type === 'bootstrap');
  const wanted: readonly ArchiveEntry[] = entries ?? (bootstraps ? ['mirror'] : []);
  if (wanted.length === 0) return sources;
  const archives = wanted.map((entry) => archiveOf(entry, addresses));
  return sources.flatMap((source) =>
    archives.map((archive): BaseSource => (archive ? { ...source, archive } : source)),
  );
}

/** Undefined for the defaults of images and mmdebstrap. */
function archiveOf(entry: ArchiveEntry, addresses: ArchiveAddresses): Archive | undefined {
  const { mirror, oldReleases = OLD_RELEASES, snapshots = SNAPSHOTS, keyring } = addresses;
  const keys = keyring === undefined ? {} : { keyring };
  if (entry === 'mirror') {
    return mirror === undefined ? undefined : { type: 'mirror', ...below(mirror), ...keys };
  }
  if (entry === 'old-releases') {
    return { type: 'old-releases', ...below(oldReleases), ...keys };
  }
  const { snapshot: moment } = entry;
  return { type: 'snapshot', ...below(snapshots, `/${moment}`), moment, ...keys };
}

function below(root: string, rest = ''): Pick<Archive, 'main' | 'security'> {
  return { main: `${root}/debian${rest}`, security: `${root}/debian-security${rest}` };
}
