/**
 * Images that other machines have made: a repository of a registry, where each is found by its
 * fingerprint before it is built, and put after.
 *
 * A registry that fails costs time, never a row: the image is built here instead. An image from it
 * is used only if its labels have the requested fingerprint.
 */
import type { Engine, StoredImage } from '../engine/engine.ts';
import type { Platform } from '../platform.ts';
import { LABELS } from './naming.ts';
import { isSilence } from './registry-silence.ts';

/** Seconds of silence after which a registry is given up. */
const SILENCE_SECONDS = 60;

export interface ImageCache {
  /**
   * Provides the image of that fingerprint under this program's own name.
   *
   * @param accepts returns the error of an image, beyond missing labels of this program
   * @param platform the image's platform, if it is not the engine's own
   * @returns undefined if the registry has none, or if its image was rejected, which is reported
   */
  find(
    fingerprint: string,
    reference: string,
    accepts: (image: StoredImage) => string | undefined,
    platform?: Platform,
  ): Promise<StoredImage | undefined>;
  /** Pushes an image to the registry. A failure is only reported. */
  keep(id: string, fingerprint: string): Promise<void>;
}

interface CacheOptions {
  readonly engine: Engine;
  /** `registry/name`, such as `ghcr.io/me/race-matrix`. */
  readonly repository: string;
  readonly notify: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Answers of a registry that lacks the image. */
const NOT_THERE = /manifest unknown|name unknown|not found: |: not found|does not exist/i;
/** Answers of a registry that requires a login. */
const DENIED = /denied|unauthori[sz]ed|no basic auth credentials/i;
/**
 * Whether a text can be a repository with its registry, such as `localhost:5000/team/race-matrix`:
 * lower case, no tag, no digest. The registry must be named, so that no image is pushed to an unintended place.
 */
export function isCacheRepository(text: string): boolean {
  return (
    text.length < 200 &&
    /^(?:localhost|(?=[^/]*[.:])[a-z0-9][a-z0-9.-]*)(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)+$/.test(
      text,
    )
  );
}

export function openImageCache({ engine, repository, notify, signal }: CacheOptions): ImageCache {
  let reads = true;
  let writes = true;
  // Images of machines that understand other instructions have the same recipe.
  const { arch } = engine.description.host;
  const remote = (fingerprint: string) => `${repository}:${arch}-${fingerprint}`;
  const print = (text: string): void => {
    notify(`cache ${repository}: ${text}`);
  };
  return {
    async find(fingerprint, reference, accepts, platform) {
      if (!reads || signal.aborted) return undefined;
      const name = remote(fingerprint);
      const pulled = await engine.pull(
        name,
        { platform, timeoutSeconds: SILENCE_SECONDS, onLine: () => undefined },
        signal,
      );
      if (pulled.type === 'cancelled') return undefined;
      if (pulled.type !== 'done') {
        if (pulled.type === 'failed') {
          print(`The image could not be pulled; building it locally: ${pulled.reason}`);
        } else if (isSilence(pulled.reason)) {
          reads = writes = false;
          print(`The registry is unreachable; building images locally: ${pulled.reason}`);
        } else if (DENIED.test(pulled.reason)) {
          reads = false;
          print(
            `Access was denied; building images locally. Log in with docker login: ${pulled.reason}`,
          );
        } else if (!NOT_THERE.test(pulled.reason)) {
          print(`The image could not be pulled; building it locally: ${pulled.reason}`);
        }
        return undefined;
      }
      const { image } = pulled;
      const wrong =
        image.labels[LABELS.ours] === 'image'
          ? accepts(image)
          : 'it is not an image of this program';
      try {
        if (wrong !== undefined) {
          print(`${name} is rejected; building it locally: ${wrong}`);
          return undefined;
        }
        await engine.tag(image.id, reference);
        const named = await engine.image(reference);
        return named?.id === image.id ? named : undefined;
      } finally {
        // The engine keeps the image under our own name, or not at all.
        await engine.removeImage(name).catch(() => undefined);
      }
    },
    async keep(id, fingerprint) {
      if (!writes || signal.aborted) return;
      const name = remote(fingerprint);
      try {
        await engine.tag(id, name);
      } catch (error) {
        print(`The image cannot be tagged as ${name}: ${String(error)}`);
        return;
      }
      const pushed = await engine.push(name, { timeoutSeconds: SILENCE_SECONDS }, signal);
      await engine.removeImage(name).catch(() => undefined);
      if (pushed.type !== 'failed') return;
      // It would be the same with the next one.
      writes = false;
      print(`No more images are pushed: ${pushed.reason}`);
    },
  };
}

/** The error of an image that should have this fingerprint; undefined if there is none. */
export function fingerprintProblem(image: StoredImage, fingerprint: string): string | undefined {
  const label = image.labels[LABELS.fingerprint];
  return label === fingerprint
    ? undefined
    : label === undefined
      ? 'it has no label with a fingerprint'
      : `its label has another fingerprint, ${label.slice(0, 80)}`;
}
