/** How each image of ours is obtained: from the engine, from the cache, or made here. */
import type { Engine, StoredImage } from '../engine/engine.ts';
import type { Platform } from '../platform.ts';
import { fingerprintProblem } from './image-cache.ts';
import type { ImageWork, Prepared, UsableImage } from './outcome.ts';

/** An image that is identified before it exists. */
interface WantedImage {
  /** In words: `debian-12/cpython-3.11`. */
  readonly name: string;
  readonly fingerprint: string;
  readonly reference: string;
  /** The platform to request from a registry; absent for the engine's own. */
  readonly platform?: Platform | undefined;
  /** Whether one that exists is replaced. */
  readonly remake?: boolean;
  /** Why an image with the right fingerprint cannot be used; undefined if it can. */
  readonly problem?: (image: StoredImage) => string | undefined;
  readonly usable: (image: StoredImage) => UsableImage;
  readonly make: () => Promise<Prepared>;
}

/** Obtains the image, and reports it as events. A built image is pushed to the cache. */
export async function findOrMake(
  engine: Engine,
  work: ImageWork,
  wanted: WantedImage,
): Promise<Prepared> {
  const { name, fingerprint, reference, platform, remake = false } = wanted;
  const problem = (image: StoredImage) =>
    fingerprintProblem(image, fingerprint) ?? wanted.problem?.(image);
  const found = (image: StoredImage): Prepared => ({
    type: 'ready',
    image: wanted.usable(image),
    built: false,
  });
  const finished = (prepared: Prepared, seconds: number): Prepared => {
    work.emit({
      type: 'image-finished',
      image: name,
      outcome: prepared.type,
      built: prepared.type === 'ready' && prepared.built,
      seconds,
      reason: 'reason' in prepared ? prepared.reason : undefined,
    });
    return prepared;
  };
  const stored = remake ? undefined : await engine.image(reference);
  if (stored && problem(stored) === undefined) return finished(found(stored), 0);
  return work.slot(async () => {
    if (work.signal.aborted) return { type: 'cancelled' };
    work.emit({ type: 'image-started', image: name });
    const began = performance.now();
    const cached = remake
      ? undefined
      : await work.cache?.find(fingerprint, reference, problem, platform);
    const prepared = cached ? found(cached) : await wanted.make();
    if (prepared.type === 'ready' && prepared.built) {
      await work.cache?.keep(prepared.image.id, fingerprint);
    }
    return finished(prepared, (performance.now() - began) / 1000);
  });
}
