/** Leftovers of dead runs in an engine. */
import type { Engine, StoredContainer, StoredImage } from '../engine/engine.ts';
import { processState, type Viewpoint } from '../host/process-identity.ts';
import { LABELS } from './naming.ts';

/** Containers and unfinished images whose process is gone. */
interface DeadOnes {
  readonly containers: readonly StoredContainer[];
  readonly images: readonly StoredImage[];
  /** Containers of ours whose process cannot be seen from here, which are left alone. */
  readonly elsewhere: number;
  /** Whether a run that lives, or may live elsewhere, has containers or unfinished images here. */
  readonly inUse: boolean;
}

/**
 * Finds the leftovers of dead runs. Objects of a live process are not included, nor those of a
 * process on another machine, because an engine in the network may serve both. Throws EngineError.
 *
 * @param options with `sizes`, what containers have written is counted
 */
export async function findDead(
  engine: Engine,
  { here, sizes }: { readonly here?: Viewpoint; readonly sizes?: boolean } = {},
): Promise<DeadOnes> {
  const stateOf = (labels: Readonly<Record<string, string>>) =>
    processState(labels[LABELS.process] ?? '', here);
  const containers = await engine.containers(`${LABELS.ours}=container`, sizes);
  const images = await engine.images(`${LABELS.ours}=unfinished`);
  return {
    containers: containers.filter(({ labels }) => stateOf(labels) === 'dead'),
    images: images.filter(({ labels }) => stateOf(labels) === 'dead'),
    elsewhere: containers.filter(({ labels }) => !['dead', 'alive'].includes(stateOf(labels)))
      .length,
    inUse: [...containers, ...images].some(({ labels }) => stateOf(labels) !== 'dead'),
  };
}

/**
 * Removes the found leftovers.
 *
 * @returns what could not be removed, in a sentence each
 */
export async function removeDead(
  engine: Engine,
  dead: Pick<DeadOnes, 'containers' | 'images'>,
): Promise<readonly string[]> {
  const trouble: string[] = [];
  for (const [things, remove] of [
    [dead.containers, (id: string) => engine.removeContainer(id)],
    [dead.images, (id: string) => engine.removeImage(id)],
  ] as const) {
    for (const { id } of things) {
      try {
        await remove(id);
      } catch (error) {
        trouble.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return trouble;
}
