/** An image that a recipe builds: found by its fingerprint, or built. */
import type { Engine } from '../engine/engine.ts';
import { buildContext } from './build-context.ts';
import { recipeFingerprint } from './fingerprint.ts';
import { fingerprintProblem } from './image-cache.ts';
import { imageReference, LABELS } from './naming.ts';
import type { ImageWork, Prepared, UsableImage } from './outcome.ts';
import type { Recipe } from '../host/folder-content.ts';

export interface RecipeRequest {
  /** What the image is, in words: `debian-12/cpython-3.11`. */
  readonly name: string;
  readonly recipe: Recipe;
  readonly args: Readonly<Record<string, string>>;
  /** What its stages start from, by the names of the arguments that the Dockerfile has for them. */
  readonly parents: Readonly<Record<string, UsableImage>>;
}

/**
 * Builds the image unless the engine has one with the same fingerprint. A build that fails is
 * `failed`, with the last lines of its log in the reason.
 */
export async function haveRecipe(
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
  const source = sourceOf(request);
  const reference = imageReference(name, fingerprint);
  const usable = (id: string): UsableImage => ({
    id,
    reference,
    fingerprint,
    source,
    identity: fingerprint,
  });
  const stored = await engine.image(reference);
  if (stored?.labels[LABELS.fingerprint] === fingerprint) {
    work.emit(finished(name, { type: 'ready', image: usable(stored.id), built: false }, 0));
    return { type: 'ready', image: usable(stored.id), built: false };
  }
  return work.slot(async () => {
    if (work.signal.aborted) return { type: 'cancelled' };
    work.emit({ type: 'image-started', image: name });
    const started = performance.now();
    const cached = await work.cache?.find(fingerprint, reference, (image) =>
      fingerprintProblem(image, fingerprint),
    );
    if (cached) {
      const found: Prepared = { type: 'ready', image: usable(cached.id), built: false };
      work.emit(finished(name, found, (performance.now() - started) / 1000));
      return found;
    }
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
        ...(work.cpuset === undefined ? {} : { cpuset: work.cpuset }),
        timeoutSeconds: work.timeoutSeconds,
        onLine: (line) => {
          work.emit({ type: 'image-line', image: name, line });
        },
      },
      work.signal,
    );
    const prepared: Prepared =
      outcome.type === 'done'
        ? { type: 'ready', image: usable(outcome.image.id), built: true }
        : outcome.type === 'cancelled'
          ? outcome
          : {
              // The parent was there, so whatever a build step could not reach is an error of the row.
              type: 'failed',
              reason: [outcome.reason, ...(outcome.type === 'failed' ? outcome.log : [])].join(
                '\n',
              ),
            };
    if (prepared.type === 'ready') await work.cache?.keep(prepared.image.id, fingerprint);
    work.emit(finished(name, prepared, (performance.now() - started) / 1000));
    return prepared;
  });
}

/** In words, where the image comes from: as what the row itself starts from does. */
function sourceOf({ parents }: RecipeRequest): string {
  const from = parents['BASE'] ?? parents['RUNTIME'] ?? parents['TOOLCHAIN'] ?? parents['BUILT'];
  return from?.source ?? 'nothing but its own recipe';
}

/** The event that ends the work on an image. */
export function finished(image: string, prepared: Prepared, seconds: number) {
  return {
    type: 'image-finished' as const,
    image,
    outcome: prepared.type,
    built: prepared.type === 'ready' && prepared.built,
    seconds,
    ...('reason' in prepared ? { reason: prepared.reason } : {}),
  };
}
