/** A recipe as the tar that the engine builds from. */
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Recipe } from '../host/folder-content.ts';

/**
 * Packs recipes into one tar. Times and owners are constant, so that the engine's own cache is not
 * missed for a file that was only checked out again.
 */
export function buildContext(recipe: Recipe): Readable {
  const tar = pack();
  for (const file of recipe.files) {
    tar.entry(
      { name: file.path, mode: file.mode, mtime: new Date(0), uid: 0, gid: 0 },
      file.content,
    );
  }
  tar.finalize();
  return tar as unknown as Readable;
}
