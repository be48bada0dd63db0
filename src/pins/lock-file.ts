/** matrix.lock.json: the contents of each row's image when it was locked. Pure. */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { parseJson, type Problems } from '../json-file/parse-json.ts';
import { PLATFORM_NAMES, platformInId, PLATFORMS, renamedId, type Platform } from '../platform.ts';
import type { Result } from '../result.ts';
import { shortList } from '../text/list-text.ts';
import { compareText } from '../text/version-order.ts';

const word = z.string().min(1).max(500);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a sha256 in hexadecimal');

const packages = z.record(word, word);

/** The versions of an image's packages by their names. */
export type Packages = ValueOf<typeof packages>;

const row = z.object({
  /** The image's own name in the engine, and in its tag the start of the fingerprint. */
  reference: word,
  /** The fingerprint of the image: recipes, arguments and all parents. */
  fingerprint: sha256,
  /** In words: the digest of the pulled image, or the day of the archive. */
  source: z.string().max(2000),
  packages,
});
export type LockedRow = ValueOf<typeof row>;

const lockSchema = z.object({
  kind: z.literal('lock'),
  schema: z.literal(1),
  /** The hash of the reproduction's folder. */
  reproduction: sha256,
  /**
   * The platform of rows whose ids name none; older files state it as Debian's architecture of
   * their packages.
   */
  platform: z.enum(PLATFORMS).optional(),
  /** By id. */
  environments: z.record(word, row),
});

/** The whole file. */
export type Lock = ValueOf<typeof lockSchema>;

/** The locked row that an environment is; undefined if the lock does not have it. */
export function findLockedRow(
  lock: Lock,
  environment: string,
  home: Platform | undefined,
): LockedRow | undefined {
  const own = lock.platform ?? platformOfPackages(lock) ?? home;
  // An id of another host's lock that names this platform is the one that names none here.
  const id = renamedId(environment, home, own);
  return Object.hasOwn(lock.environments, id) ? lock.environments[id] : undefined;
}

/** Debian names the architecture of packages such as `libc6:amd64`. */
function platformOfPackages({ environments }: Lock): Platform | undefined {
  const [, row] = Object.entries(environments).find(([id]) => platformInId(id) === undefined) ?? [];
  const names = Object.keys(row?.packages ?? {});
  const [first] = names.flatMap((name) => /:(\w+)$/.exec(name)?.[1] ?? []);
  return PLATFORMS.find((platform) => PLATFORM_NAMES[platform].debian === first);
}

/** With a line for each package, so that a diff in version control shows the changed packages. */
export function renderLock(lock: Lock): string {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
  const environments = Object.entries(lock.environments).map(
    ([id, row]) => [id, { ...row, packages: sorted(row.packages) }] as const,
  );
  const file = { ...lock, environments: sorted(Object.fromEntries(environments)) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export function parseLock(text: string): Result<Lock, Problems> {
  return parseJson(text, lockSchema);
}

const MOST_MOVED = 8;

/**
 * The differences between two images, such as `libc6 2.36-9 → 2.36-10`; empty if there are none.
 */
export function movedText(locked: Packages, now: Packages): string {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(now)])].sort(compareText);
  const moved = names.flatMap((name) => {
    const [before, after] = [locked[name], now[name]];
    if (before === after) return [];
    return [`${name} ${before ?? '(none)'} → ${after ?? '(none)'}`];
  });
  return shortList(moved, MOST_MOVED);
}
