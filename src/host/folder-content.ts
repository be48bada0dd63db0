/** A recipe: a folder with a Dockerfile and what it copies, read whole. */
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface RecipeFile {
  /** Relative to the recipe's folder, with forward slashes. */
  readonly path: string;
  /** Permission bits, normalised to 0o644 or 0o755 so that a checkout's umask changes nothing. */
  readonly mode: number;
  readonly content: Buffer;
}

/** Where the files of a build come from; sorted by path. */
export interface Recipe {
  readonly name: string;
  readonly files: readonly RecipeFile[];
}

/** A recipe that cannot be used; the message names the file and says what to do. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

/** Kept out of every image: what editors, interpreters and tests leave in a folder. */
const IGNORED =
  /(^|\/)(__pycache__|\.git|node_modules)(\/|$)|\.(pyc|test\.ts)$|(^|\/)\.[^/]*\.sw.$/;

/** A recipe is a few small files; more than this is a folder named by mistake. */
const LARGEST_BYTES = 16 * 1024 * 1024;

/**
 * Reads every file below a folder.
 *
 * @param folder the recipe's folder
 * @param name what it is called in messages
 * @param prefix put before each file's path, such as `reproduction/`
 * @throws RecipeError where there is no such folder, or where it holds a symbolic link (which could
 *   lead out of it) or more than 16 MiB
 */
export async function readRecipe(folder: string, name: string, prefix = ''): Promise<Recipe> {
  const files: RecipeFile[] = [];
  let bytes = 0;
  const walk = async (relative: string): Promise<void> => {
    const entries = await readdir(join(folder, relative)).catch((error: unknown) => {
      throw new RecipeError(`${name}: the folder ${folder} cannot be read: ${String(error)}`);
    });
    for (const entry of entries.sort()) {
      const path = relative === '' ? entry : `${relative}/${entry}`;
      if (IGNORED.test(path)) continue;
      const stat = await lstat(join(folder, path));
      if (stat.isDirectory()) {
        await walk(path);
      } else if (stat.isFile()) {
        bytes += stat.size;
        if (bytes > LARGEST_BYTES) {
          throw new RecipeError(
            `${name}: ${folder} holds more than ${LARGEST_BYTES / 1024 / 1024} MiB`,
          );
        }
        const content = await readFile(join(folder, path));
        files.push({
          path: prefix + path,
          mode: (stat.mode & 0o100) === 0 ? 0o644 : 0o755,
          content,
        });
      } else {
        throw new RecipeError(`${name}: ${join(folder, path)} is neither a file nor a folder`);
      }
    }
  };
  await walk('');
  return { name, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
