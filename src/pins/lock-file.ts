/** matrix.lock.json: what each row's image held when it was locked. Pure. */
import { z } from 'zod';
import { shortList } from '../text/list-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import { compareText } from '../text/version-order.ts';

/** The versions of an image's packages by their names. */
export type Packages = Readonly<Record<string, string>>;

export interface LockedRow {
  /** The image's own name in the engine, and in its tag the start of the fingerprint. */
  readonly reference: string;
  /** Of the image: recipes, arguments and everything that it stands on. */
  readonly fingerprint: string;
  /** In words: the digest of what was pulled, or the day of the archive. */
  readonly source: string;
  readonly packages: Packages;
}

/** The whole file. */
export interface Lock {
  readonly kind: 'lock';
  readonly schema: 1;
  /** Of the reproduction's folder, sha256. */
  readonly reproduction: string;
  readonly environments: Readonly<Record<string, LockedRow>>;
}

const word = z.string().min(1).max(500);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a sha256 in hexadecimal');
const schema = z.object({
  kind: z.literal('lock'),
  schema: z.literal(1),
  reproduction: sha256,
  environments: z.record(
    word,
    z.object({
      reference: word,
      fingerprint: sha256,
      source: z.string().max(2000),
      packages: z.record(word, word),
    }),
  ),
});

export type LoadedLock =
  | { readonly type: 'lock'; readonly lock: Lock }
  | { readonly type: 'invalid'; readonly reason: string };

/** With a line for each package, so that a change of it in version control shows what moved. */
export function renderLock(lock: Lock): string {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
  const environments = Object.entries(lock.environments).map(
    ([id, row]) => [id, { ...row, packages: sorted(row.packages) }] as const,
  );
  const file = { ...lock, environments: sorted(Object.fromEntries(environments)) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export function parseLock(text: string): LoadedLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: 'invalid', reason: visibleLine(`not JSON: ${error.message}`) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { type: 'lock', lock: parsed.data };
  const [issue] = parsed.error.issues;
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a lock'}`;
  return { type: 'invalid', reason: visibleLine(reason) };
}

const MOST_MOVED = 8;

/** What is different between two images, as `libc6 2.36-9 → 2.36-10`; empty where nothing is. */
export function movedText(locked: Packages, now: Packages): string {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(now)])].sort(compareText);
  const moved = names.flatMap((name) => {
    const [before, after] = [locked[name], now[name]];
    if (before === after) return [];
    return [`${name} ${before ?? '(none)'} → ${after ?? '(none)'}`];
  });
  return shortList(moved, MOST_MOVED);
}
