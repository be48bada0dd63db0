/** Removes leftovers of dead runs; every command that opens an engine does this first. */
import { print } from '../cli/print.ts';
import { quantity } from '../text/quantity.ts';
import type { Engine } from '../engine/engine.ts';
import { tidyPrivateEngine } from '../engine/private/private-engine.ts';
import { removeDeadInterpreters } from '../host/binfmt.ts';
import { deadTemporaryFolders, removeDeadFolder } from '../host/temporary-folder.ts';
import { findDead, removeDead } from '../images/dead-runs.ts';

/**
 * Removes what dead runs have left in the engine and on this host, and reports it. It never fails a
 * command: what cannot be removed is in no one's way, and is reported.
 *
 * @param cacheFolder where a private engine would be, whose leftovers no other code looks for while
 *   another engine is used
 */
export async function tidy(engine: Engine, cacheFolder: string): Promise<void> {
  try {
    const dead = await findDead(engine);
    const trouble = [...(await removeDead(engine, dead))];
    const folders = await deadTemporaryFolders();
    for (const folder of folders) {
      await removeDeadFolder(folder).catch((error: unknown) => {
        trouble.push(String(error));
      });
    }
    let interpreters = 0;
    try {
      interpreters = removeDeadInterpreters();
    } catch (error) {
      trouble.push(String(error));
    }
    if (!engine.description.private) await tidyPrivateEngine(cacheFolder);
    const removed = [
      ...(dead.containers.length > 0 ? [quantity(dead.containers.length, 'container')] : []),
      ...(dead.images.length > 0 ? [quantity(dead.images.length, 'unfinished image')] : []),
      ...(folders.length > 0 ? [quantity(folders.length, 'temporary folder')] : []),
      ...(interpreters > 0 ? [quantity(interpreters, 'interpreter')] : []),
    ];
    if (removed.length > 0) print(`Removed leftovers of dead runs: ${removed.join(', ')}.`);
    for (const text of trouble) print(`A leftover of a dead run could not be removed: ${text}`);
  } catch (error) {
    print(`Leftovers of dead runs could not be listed: ${String(error)}`);
  }
}
