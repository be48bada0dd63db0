/** The engine over Docker's API, which Podman speaks too. */
import type { Calls } from './calls.ts';
import { listContainers, removeContainer } from './containers.ts';
import { disconnect } from './endpoint.ts';
import type { Engine, EngineDescription } from './engine.ts';
import { inspectImage, listImages, removeImage } from './images.ts';
import { runInteractive } from './interactive-container.ts';
import type { BuildNetwork } from './make-image.ts';
import { buildImage, importImage, pullImage } from './make-image.ts';
import { NO_QUIRKS } from './quirks.ts';
import type { RunMemory } from './run-container.ts';
import { runContainer } from './run-container.ts';

/** What an engine is made of. */
export interface EngineParts {
  readonly calls: Calls;
  readonly description: EngineDescription;
  readonly network: BuildNetwork;
  /** Ends what was started for it. */
  readonly stop: () => Promise<void>;
}

export function dockerEngine(parts: EngineParts): Engine {
  const { calls, description, network } = parts;
  const memory: RunMemory = { quirks: NO_QUIRKS };
  return {
    description,
    retries: () => calls.retries.count,
    image: (reference) => inspectImage(calls, reference),
    images: (label) => listImages(calls, label),
    removeImage: (id) => removeImage(calls, id),
    pull: (reference, options, signal) => pullImage(calls, reference, options, signal),
    build: (request, signal) => buildImage(calls, request, network, signal),
    import: (request, signal) => importImage(calls, request, signal),
    run: (request, signal) => runContainer(calls, memory, request, signal),
    interact: (request) => runInteractive(calls, request),
    containers: (label) => listContainers(calls, label),
    removeContainer: (id) => removeContainer(calls, id),
    close: async () => {
      await parts.stop();
      // A request that nobody answered would keep this process alive.
      disconnect(calls.docker);
    },
  };
}
