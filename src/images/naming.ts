/** The names and labels that our images and containers carry in the engine. */
import { ownProcess } from '../host/process-identity.ts';

/** Put before every image's name. */
const REPOSITORY = 'race-matrix';

export const LABELS = {
  /** On every image and container of ours. */
  ours: 'org.race-matrix',
  fingerprint: 'org.race-matrix.fingerprint',
  /** The image in words: `base debian-12`. */
  name: 'org.race-matrix.name',
  /** Which source served it, in words. */
  source: 'org.race-matrix.source',
  /** The one of a base's sources that served it, as JSON; older bases lack it. */
  served: 'org.race-matrix.served',
  /** Whether a pulled base accepts expired Release files: `accepted`. */
  expired: 'org.race-matrix.expired',
  /** The row that a container measures. */
  environment: 'org.race-matrix.environment',
  /** The run that a container belongs to. */
  run: 'org.race-matrix.run',
  /** When a base was made, ISO 8601. */
  made: 'org.race-matrix.made',
  /** The process that made a container or an image that is not finished, and that ends it. */
  process: 'org.race-matrix.process',
  /** The parent identity for images that are built upon it. */
  identity: 'org.race-matrix.identity',
} as const;

/** The labels by which a container of this process is found when the process is dead. */
export function containerLabels(
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...more, [LABELS.ours]: 'container', [LABELS.process]: ownProcess() };
}

/**
 * The reference of an image: its purpose, readable in the engine's own list, and its fingerprint.
 *
 * @param path ids such as `debian-12` or `debian-12@linux-386/cpython-3.11`
 */
export function imageReference(path: string, fingerprint: string): string {
  // An engine's repository names know no plus sign, which Debian's versions do, and no @ but of digests.
  const name = path.replaceAll('+', '-plus-').replaceAll('@', '__');
  return `${REPOSITORY}/${name}:${fingerprint.slice(0, 16)}`;
}
