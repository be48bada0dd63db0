/** Where the soak keeps everything. */
import { join } from 'node:path';
import type { PrivatePaths } from '../src/engine/private/private-engine.ts';
import { privatePathsOf } from '../src/engine/private/private-engine.ts';

export interface SoakPlaces {
  /** The environment in which the program is started. */
  readonly cwd: string;
  readonly matrix: string;
  readonly results: string;
  /** `XDG_CACHE_HOME`. */
  readonly cache: string;
  /** `TMPDIR`. */
  readonly temporary: string;
  /** The output of all runs. */
  readonly log: string;
  readonly engine: PrivatePaths;
}

/**
 * @param disk the folder of the disk that is filled now and then: results and images are on it
 * @param scratch a folder on another one
 */
export function soakPlaces(
  disk: string,
  scratch: string,
  matrix: { readonly cwd: string; readonly path: string },
): SoakPlaces {
  const cache = join(disk, 'cache');
  return {
    cwd: matrix.cwd,
    matrix: matrix.path,
    results: join(disk, 'results'),
    cache,
    temporary: join(scratch, 'tmp'),
    log: join(scratch, 'runs.log'),
    engine: privatePathsOf(join(cache, 'race-matrix')),
  };
}
