/** A folder read whole: an image's recipe, or a reproduction. */
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

interface ContentFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** Permission bits, normalised to 0o644 or 0o755 so that a checkout's umask changes nothing. */
  readonly mode: number;
  readonly content: Buffer;
}

/** The files below a folder, sorted by path. */
export interface FolderContent {
  readonly files: readonly ContentFile[];
}

/** A folder that cannot be used; the message names the file and the fix. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** Kept out of every image: what editors, interpreters and tests leave in a folder. */
export const IGNORED =
  /(^|\/)(__pycache__|\.git|node_modules)(\/|$)|\.(pyc|test\.ts)$|(^|\/)\.[^/]*\.sw.$/;

/** Recipes and reproductions are a few small files; more than this is a folder named by mistake. */
export const LARGEST_BYTES = 16 * 1024 * 1024;

/**
 * Reads every file below a folder.
 *
 * @param name its name in messages
 * @param prefix put before each file's path, such as `reproduction/`
 * @param platform on Windows, which has no permission bits, files that begin with `#!` are executable
 * @throws FolderError if there is no such folder, or if it holds a symbolic link (which could
 *   lead out of it) or more than 16 MiB
 */
export async function readFolder(
  folder: string,
  name: string,
  prefix = '',
  platform = process.platform,
): Promise<FolderContent> {
  const files: ContentFile[] = [];
  let bytes = 0;
  const walk = async (relative: string): Promise<void> => {
    const entries = await readdir(join(folder, relative)).catch((error: unknown) => {
      throw new FolderError(`${name}: the folder ${folder} cannot be read: ${String(error)}.`);
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
          throw new FolderError(
            `${name}: ${folder} holds more than ${LARGEST_BYTES / 1024 / 1024} MiB.`,
          );
        }
        const content = await readFile(join(folder, path));
        files.push({
          path: prefix + path,
          mode: isExecutable(stat.mode, content, platform) ? 0o755 : 0o644,
          content,
        });
      } else {
        throw new FolderError(`${name}: ${join(folder, path)} is neither a file nor a folder.`);
      }
    }
  };
  await walk('');
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function isExecutable(mode: number, content: Buffer, platform: NodeJS.Platform): boolean {
  return platform === 'win32'
    ? content.subarray(0, 2).toString('latin1') === '#!'
    : (mode & 0o100) !== 0;
}
