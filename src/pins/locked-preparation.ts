/** Images of a locked run: exactly those that were locked, or none. */
import type { ContainerLimits, Engine } from '../engine/engine.ts';
import { fingerprintProblem, type ImageCache } from '../images/image-cache.ts';
import type { Prepared } from '../images/outcome.ts';
import type { Prepare } from '../images/prepare.ts';
import type { Environment } from '../model.ts';
import { listPackages } from './list-packages.ts';
import type { Platform } from '../platform.ts';
import { findLockedRow, movedText, type Lock, type LockedRow } from './lock-file.ts';

interface LockedPreparationOptions {
  readonly engine: Engine;
  readonly lock: Lock;
  /** The platform of rows whose ids name none. */
  readonly home: Platform | undefined;
  /** How images are had otherwise. */
  readonly prepare: Prepare;
  readonly cache?: ImageCache | undefined;
  readonly limits: ContainerLimits;
  readonly signal: AbortSignal;
}

/**
 * Prepares the locked image of a row: from the engine, the cache, or rebuilt. A rebuilt image
 * differs once the archive has changed, and the fingerprint of a recipe does not cover the
 * archive's contents. So the packages are always listed in the image before it is used. If they
 * differ, the row is `unavailable`, and the reason names the differences.
 */
export function lockedPreparation(options: LockedPreparationOptions): Prepare {
  return async (environment: Environment): Promise<Prepared> => {
    const row = findLockedRow(options.lock, environment.id, options.home);
    if (!row) {
      return {
        type: 'unavailable',
        reason: 'matrix.lock.json does not have this row: add it with `matrix lock`',
      };
    }
    const kept = await keptImage(row, options).catch(() => undefined);
    const prepared = kept ?? (await options.prepare(environment));
    if (prepared.type !== 'ready') return prepared;
    const { engine, limits, signal } = options;
    const listed = await listPackages(engine, prepared.image.id, limits, signal);
    if (listed.type !== 'packages') return listed;
    const moved = movedText(row.packages, listed.packages);
    if (moved !== '') {
      return {
        type: 'unavailable',
        reason: `the locked packages are no longer available (${row.source}); the available ones differ: ${moved}`,
      };
    }
    if (prepared.image.fingerprint !== row.fingerprint) {
      return {
        type: 'unavailable',
        reason:
          'the locked image is no longer available: its packages are, but its recipe, arguments or ' +
          'base changed. To accept that, run `matrix lock`',
      };
    }
    return prepared;
  };
}

async function keptImage(
  { reference, fingerprint, source }: LockedRow,
  { engine, cache }: LockedPreparationOptions,
): Promise<Prepared | undefined> {
  const stored =
    (await engine.image(reference)) ??
    (await cache?.find(fingerprint, reference, (image) => fingerprintProblem(image, fingerprint)));
  if (!stored || fingerprintProblem(stored, fingerprint) !== undefined) return undefined;
  const image = { id: stored.id, reference, fingerprint, source, identity: fingerprint };
  return { type: 'ready', image, built: false };
}
