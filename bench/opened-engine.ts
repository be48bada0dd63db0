/** The engine that a benchmark measures with. */
import type { Engine } from '../src/engine/engine.ts';
import { openEngine } from '../src/engine/opening/open.ts';

/**
 * @param cacheFolder where a private engine keeps its images
 * @param explicit as `--engine`; without it the first engine that answers
 * @throws Error with the reason where there is none
 */
export async function openedEngine(cacheFolder: string, explicit?: string): Promise<Engine> {
  const opened = await openEngine(
    { explicit, env: process.env, cacheFolder, notify: () => undefined },
    new AbortController().signal,
  );
  if (opened.type === 'none') throw new Error(opened.reason);
  return opened.engine;
}
