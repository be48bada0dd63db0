/** Identifies an image before it is built. Pure. */
import { createHash } from 'node:crypto';
import type { BaseSource } from '../model.ts';
import type { Platform } from '../platform.ts';
import type { FolderContent } from '../host/folder-content.ts';

/** Raised when the way in which images are made changes in a manner that no input shows. */
const FORMAT = 2;
/** Raised when a bootstrap of the same source gives another root file system than before. */
const BOOTSTRAP_FORMAT = 1;

/** Length-prefixed, so that no two lists of parts give the same bytes. */
function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * The fingerprint of a base: its sources as matrix.yaml states them. Sources with a separate
 * archive count only if one of them comes first, so that an added fallback does not rebuild a base.
 * The image's label states the source and the day of the archive. The fingerprint does not cover
 * the archive's current contents; `--refresh` rebuilds bases.
 *
 * @param platform undefined for the engine's own, on which images were made before there were others
 */
export function baseFingerprint(sources: readonly BaseSource[], platform?: Platform): string {
  const [first] = sources;
  const counting = first?.archive ? sources : sources.filter(({ archive }) => !archive);
  const parts = ['base', String(FORMAT), String(BOOTSTRAP_FORMAT), JSON.stringify(counting)];
  return digest(platform === undefined ? parts : [...parts, platform]);
}

/**
 * The fingerprint of an image that a recipe builds: the recipe's files with their modes, the build
 * arguments, and the identities of the images that it starts from, so that a rebuilt base with other
 * packages rebuilds what depends on it.
 *
 * @param parents each parent's identity: its fingerprint, or for a base what it holds
 */
export function recipeFingerprint(
  recipe: FolderContent,
  args: Readonly<Record<string, string>>,
  parents: readonly string[],
): string {
  const sorted = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1));
  return digest([
    'recipe',
    String(FORMAT),
    String(parents.length),
    ...parents,
    String(sorted.length),
    ...sorted.flat(),
    ...partsOf(recipe),
  ]);
}

/** The sha256 of a folder's files, in hexadecimal: the same for the same files for ever. */
export function digestOfFiles(folder: FolderContent): string {
  // The words before the files are those of the first locks.
  return digest(['recipe', '2', '0', '0', ...partsOf(folder)]);
}

function partsOf({ files }: FolderContent): readonly (string | Buffer)[] {
  return files.flatMap((file) => [file.path, file.mode.toString(8), file.content]);
}
