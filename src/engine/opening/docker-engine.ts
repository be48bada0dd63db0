/** The engine over Docker's API, which Podman speaks too. */
import type { Calls } from '../calls.ts';
import { listContainers, removeContainer } from '../containers/containers.ts';
import { disconnect } from '../endpoint.ts';
import type { Engine, EngineDescription, ImageOutcome, StoredImage } from '../engine.ts';
import type { Credentials, CredentialsFound } from '../images/credentials.ts';
import {
  inspectImage,
  listImages,
  registryOf,
  registryRefusal,
  removeImage,
  tagImage,
} from '../images/images.ts';
import { runInteractive } from '../containers/interactive-container.ts';
import { type BuildNetwork, buildImage, importImage, pullImage } from '../images/make-image.ts';
import { pushImage } from '../images/push-image.ts';
import { NO_QUIRKS, type RunMemory } from '../containers/quirks.ts';
import { platformOf, type Platform } from '../../platform.ts';
import { runContainer } from '../containers/run-container.ts';

/** The parts of an engine. */
interface EngineParts {
  readonly calls: Calls;
  readonly description: EngineDescription;
  readonly network: BuildNetwork;
  /** Credentials for a registry; without them no registry gets any. */
  readonly credentials?: (registry: string) => Promise<CredentialsFound>;
  /** Stops the engine that was started for it. */
  readonly stop: () => Promise<void>;
}

export function dockerEngine(parts: EngineParts): Engine {
  const { calls, description, network } = parts;
  const memory: RunMemory = {
    quirks: { ...NO_QUIRKS, unifiedCgroups: description.unifiedCgroups === true },
  };
  const asked = new Map<string, Promise<CredentialsFound>>();
  // A helper may ask a person or a server: once for each registry.
  const credentials = (registry: string): Promise<CredentialsFound> => {
    const found = asked.get(registry) ?? parts.credentials?.(registry);
    if (found === undefined) return Promise.resolve({ type: 'none' });
    asked.set(registry, found);
    return found;
  };
  // A container of an image of another platform has to request that platform, which the image
  // states.
  const own = platformOf(description.host.arch);
  const foreign = new Map<string, Platform>();
  const noted = <Image extends StoredImage | undefined>(image: Image): Image => {
    if (image?.platform !== undefined && image.platform !== own) {
      for (const name of [image.id, ...image.tags]) foreign.set(name, image.platform);
    }
    return image;
  };
  const notedOutcome = (outcome: ImageOutcome): ImageOutcome => {
    if (outcome.type === 'done') noted(outcome.image);
    return outcome;
  };
  const cpuset = (wanted: string | undefined) =>
    description.discardsCpuSets === true ? undefined : wanted;
  return {
    description,
    retries: () => calls.retries.count,
    image: async (reference) => noted(await inspectImage(calls, reference)),
    images: (label) => listImages(calls, label),
    removeImage: (id) => removeImage(calls, id),
    pull: async (reference, options, signal) => {
      const found = await credentials(registryOf(reference));
      if (found.type === 'broken') calls.notify(unusable(reference, found.reason));
      return notedOutcome(await pullImage(calls, reference, options, signal, known(found)));
    },
    push: async (reference, { timeoutSeconds }, signal) => {
      const found = await credentials(registryOf(reference));
      if (found.type === 'broken') {
        return { type: 'failed', reason: unusable(reference, found.reason) };
      }
      return pushImage(calls, reference, timeoutSeconds, known(found), signal);
    },
    tag: (id, reference) => tagImage(calls, id, reference),
    registryRefusal: (reference, seconds, signal) =>
      registryRefusal(calls, reference, seconds, signal),
    build: async (request, signal) =>
      notedOutcome(
        await buildImage(calls, { ...request, cpuset: cpuset(request.cpuset) }, network, signal),
      ),
    import: async (request, signal) => notedOutcome(await importImage(calls, request, signal)),
    run: (request, signal) =>
      runContainer(
        calls,
        memory,
        { ...request, cpuset: cpuset(request.cpuset), platform: foreign.get(request.image) },
        signal,
      ),
    interact: (request) =>
      runInteractive(calls, memory, { ...request, platform: foreign.get(request.image) }),
    containers: (label, sizes) => listContainers(calls, label, sizes),
    removeContainer: (id) => removeContainer(calls, id),
    close: async () => {
      await parts.stop();
      // An unanswered request would keep this process alive.
      disconnect(calls.docker);
    },
  };
}

function known(found: CredentialsFound): Credentials | undefined {
  return found.type === 'found' ? found.credentials : undefined;
}

function unusable(reference: string, reason: string): string {
  return `The credentials for ${registryOf(reference)} cannot be used: ${reason}.`;
}
