/** The images of the engine. */
import type { ImageInfo, ImageInspectInfo } from 'dockerode';
import { type Calls, request, callOnce, isLost } from '../calls.ts';
import { type RegistryRefusal, type StoredImage, EngineError } from '../engine.ts';
import { engineMessage } from '../failure.ts';
import { platformOf } from '../../platform.ts';

const SECONDS = 30;
/** Removing an image deletes its files, which takes a slow disk a while. */
const REMOVAL_SECONDS = 120;

/** The image of that name or id; undefined if there is none. Throws EngineError. */
export async function inspectImage(
  calls: Calls,
  reference: string,
  signal?: AbortSignal,
): Promise<StoredImage | undefined> {
  if (!isReference(reference)) throw new EngineError(`"${reference}" is not the name of an image.`);
  const found: ImageInspectInfo | undefined = await request(
    calls,
    { what: `GET /images/${reference}/json`, seconds: SECONDS, signal },
    // The only call that the client library cannot abort.
    (docker) => docker.getImage(reference).inspect(),
  );
  if (found === undefined) return undefined;
  // An engine leaves out or sends as null what its types promise.
  const loose = found as Partial<ImageInspectInfo>;
  return {
    id: contentId(found.Id),
    tags: loose.RepoTags ?? [],
    labels: (loose.Config as { Labels?: Record<string, string> | null } | null)?.Labels ?? {},
    size: loose.Size ?? 0,
    digests: loose.RepoDigests ?? [],
    platform: platformOf(loose.Architecture),
  };
}

/** Every image with the label (`key` or `key=value`), without the layers in between. Throws EngineError. */
export async function listImages(calls: Calls, label: string): Promise<readonly StoredImage[]> {
  const found: readonly ImageInfo[] | undefined = await request(
    calls,
    { what: 'GET /images/json', seconds: SECONDS },
    (docker, abortSignal) =>
      docker.listImages({ filters: JSON.stringify({ label: [label] }), abortSignal }),
  );
  return (found ?? []).map((image) => {
    const loose = image as Partial<Omit<ImageInfo, 'Labels'>> & {
      Labels?: Record<string, string> | null;
    };
    return {
      id: contentId(image.Id),
      tags: (loose.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
      labels: loose.Labels ?? {},
      size: loose.Size ?? 0,
      digests: (loose.RepoDigests ?? []).filter((digest) => digest !== '<none>@<none>'),
    };
  });
}

/** Why the registry of an image does not serve it; undefined if it does. Nothing is pulled. */
export async function registryRefusal(
  calls: Calls,
  reference: string,
  seconds: number,
  signal: AbortSignal,
): Promise<RegistryRefusal | undefined> {
  if (!isReference(reference)) {
    return { reason: `"${reference}" is not the name of an image.`, isLost: false };
  }
  const what = `GET /distribution/${reference}/json`;
  try {
    await callOnce(calls, { what, seconds, signal }, (docker) =>
      docker.getImage(reference).distribution(),
    );
    return undefined;
  } catch (error) {
    // Only a bug of this program's own throws these.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return { reason: engineMessage(error), isLost: await isLost(calls, error) };
  }
}

/** Removes the image and all its tags; one that is not there is fine. Throws EngineError. */
export async function removeImage(calls: Calls, id: string): Promise<void> {
  await request(
    calls,
    { what: `DELETE /images/${id}`, seconds: REMOVAL_SECONDS },
    (docker, abortSignal) => docker.getImage(id).remove({ force: true, abortSignal }),
  );
}

/**
 * Gives an existing image another name, `name:tag`. Throws EngineError, also if the image does not
 * exist.
 */
export async function tagImage(calls: Calls, id: string, reference: string): Promise<void> {
  if (!isReference(reference)) throw new EngineError(`"${reference}" is not the name of an image.`);
  const [repo, tag] = splitReference(reference);
  const done = await request(
    calls,
    { what: `POST /images/${id}/tag`, seconds: SECONDS },
    async (docker, abortSignal) => {
      await docker.getImage(id).tag({ repo, tag, abortSignal });
      return true;
    },
  );
  if (!done)
    throw new EngineError(`The engine has no image ${id}, so it cannot be tagged as ${reference}.`);
}

/**
 * `name:tag` in its two parts, `name@sha256:…` in name and digest; the tag is `latest` where none is
 * named. A colon before a slash belongs to a registry's port.
 */
export function splitReference(reference: string): [name: string, tag: string] {
  const digest = reference.indexOf('@');
  if (digest >= 0) return [reference.slice(0, digest), reference.slice(digest + 1)];
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, 'latest'];
}

/** The part of a reference that names its registry; `docker.io` where it names none. */
export function registryOf(reference: string): string {
  const [first, ...rest] = reference.split('/');
  const named = rest.length > 0 && first !== undefined && /[.:]|^localhost$/.test(first);
  return named ? first : 'docker.io';
}

/**
 * Whether the text can be a name or id of an image. Names stand in the paths of requests, where `..`
 * or an empty part would lead to another call.
 */
function isReference(text: string): boolean {
  return /^[\w][\w.:@/-]*$/.test(text) && !text.includes('..') && !text.includes('//');
}

/** Podman's API states the id without the algorithm in some of its answers. */
function contentId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id;
}
