/** An image that a recipe builds. */
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine, StoredImage } from '../engine/engine.ts';
import type { FolderContent } from '../host/folder-content.ts';
import type { Platform } from '../platform.ts';
import { layerProblem } from './archive-problem.ts';
import { buildFailure } from '../engine/images/build-failure.ts';
import { findOrMake } from './find-or-make.ts';
import { recipeFingerprint } from './fingerprint.ts';
import { imageReference, LABELS } from './naming.ts';
import { foreignPlatform } from './platform-support.ts';
import type { ImageWork, Prepared, UsableImage } from './outcome.ts';

/** Lines of a build that are kept to find out why it failed; apt's are few and at its end. */
const LOG_LINES = 500;

export interface RecipeRequest {
  /** The image in words: `debian-12/cpython-3.11`. */
  readonly name: string;
  readonly recipe: FolderContent;
  readonly args: Readonly<Record<string, string>>;
  /** The images that its stages start from, by the names of the Dockerfile's arguments. */
  readonly parents: Readonly<Record<string, UsableImage>>;
}

/**
 * Builds the image unless one with the same fingerprint exists. A build that fails is `failed`,
 * with what its failing step printed in the reason, and with the archive's error if that is the cause.
 */
export function buildRecipe(
  engine: Engine,
  request: RecipeRequest,
  work: ImageWork,
): Promise<Prepared> {
  const { name, recipe, args } = request;
  const parents = Object.entries(request.parents).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = recipeFingerprint(
    recipe,
    args,
    parents.map(([argument, { identity }]) => `${argument} ${identity}`),
  );
  const source = parentSource(request);
  const reference = imageReference(name, fingerprint);
  const usable = (image: StoredImage): UsableImage => ({
    id: image.id,
    reference,
    fingerprint,
    source,
    identity: fingerprint,
    platform: foreignPlatform(engine, image),
  });
  const platform = statedBy(parents.map(([, parent]) => parent));
  const make = async (): Promise<Prepared> => {
    const printed: string[] = [];
    const outcome = await engine.build(
      {
        context: buildContext(recipe),
        tag: reference,
        labels: {
          [LABELS.ours]: 'image',
          [LABELS.fingerprint]: fingerprint,
          [LABELS.name]: name,
          [LABELS.source]: source,
          [LABELS.identity]: fingerprint,
        },
        args: {
          ...args,
          ...Object.fromEntries(parents.map(([argument, { reference }]) => [argument, reference])),
        },
        cpuset: work.cpuset,
        platform,
        timeoutSeconds: work.timeoutSeconds,
        onLine: (line) => {
          printed.push(line);
          if (printed.length > LOG_LINES) printed.shift();
          work.emit({ type: 'image-line', image: name, line });
        },
      },
      work.signal,
    );
    if (outcome.type === 'cancelled') return outcome;
    if (outcome.type === 'done')
      return { type: 'ready', image: usable(outcome.image), built: true };
    // The parent exists, so a failed download in a build step is an error of the row.
    const log = outcome.type === 'failed' ? outcome.log : [];
    return {
      type: 'failed',
      reason: buildFailure(outcome.reason, log),
      problem: layerProblem(outcome.reason, [...printed, ...log]),
    };
  };
  return findOrMake(engine, work, { name, fingerprint, reference, platform, usable, make });
}

/**
 * The platform that a build requests: the one that all of its parents state. Docker 20.10 labels
 * imported images, and images that start from scratch, with its own platform. For these the build
 * must request none.
 */
function statedBy(parents: readonly UsableImage[]): Platform | undefined {
  const [first] = parents;
  return parents.every(({ platform }) => platform === first?.platform)
    ? first?.platform
    : undefined;
}

/** In words, where the image comes from: as what the row itself starts from does. */
function parentSource({ parents }: RecipeRequest): string {
  const from = parents['BASE'] ?? parents['RUNTIME'] ?? parents['TOOLCHAIN'] ?? parents['BUILT'];
  return from?.source ?? 'nothing but its own recipe';
}

/**
 * The tar that the engine builds from. Times and owners are constant, so that the engine's own cache is
 * not missed for a file that was only checked out again.
 */
export function buildContext({ files }: FolderContent): Readable {
  const tar = pack();
  for (const { path: name, mode, content } of files) {
    tar.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0 }, content);
  }
  tar.finalize();
  return tar as unknown as Readable;
}
