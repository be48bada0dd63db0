/** An environment's image: its base, its Python and the reproduction, each made once. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Base, Environment } from '../model.ts';
import { haveBase } from './have-base.ts';
import { haveRecipe, type RecipeRequest } from './have-recipe.ts';
import type { ImageWork, Prepared } from './outcome.ts';
import { readRecipe, RecipeError, type Recipe } from './recipe.ts';

export interface PreparationOptions {
  readonly engine: Engine;
  readonly work: ImageWork;
  /** Folders of recipes; a recipe is taken from the first that has it. */
  readonly recipes: readonly string[];
  /** The reproduction's folder. */
  readonly reproduction: string;
  /** Packages that the reproduction needs in every image. */
  readonly packages: readonly string[];
  /** Its C sources that are compiled for every image, relative to its folder. */
  readonly programs: readonly string[];
}

/** Has the image of an environment. Asking again gives the same promise. */
export type Prepare = (environment: Environment) => Promise<Prepared>;

/**
 * Prepares to have images: what two environments share is had once, however many ask for it and
 * whenever they do.
 *
 * @throws RecipeError where the reproduction's folder, or a recipe that every row needs, cannot be
 *   read; a recipe that only some rows need fails those rows
 */
export async function preparation(options: PreparationOptions): Promise<Prepare> {
  const { engine, work } = options;
  const compiles = options.programs.length > 0;
  const reproductionRecipe = merge(
    await findRecipe(options.recipes, compiles ? 'reproduction-with-programs' : 'reproduction'),
    await readRecipe(options.reproduction, 'the reproduction', 'reproduction/'),
  );
  const overlayRecipe = await findRecipe(options.recipes, 'overlay');
  const registries = new Map<string, Promise<string | undefined>>();

  const recipe = once(
    (name: string) => name,
    (name) => findRecipe(options.recipes, name),
  );
  const base = once(
    (wanted: Base) => wanted.id,
    (wanted) => haveBase(wanted, { engine, work, overlayRecipe, registries }),
  );

  const toolchain = once(
    (wanted: Base) => wanted.id,
    async (wanted): Promise<Prepared> => {
      const on = await base(wanted);
      if (on.type !== 'ready') return on;
      const name = `${wanted.id}/toolchain`;
      const compilers = await recipe('toolchain');
      return haveRecipe(engine, { name, recipe: compilers, args: {}, parent: on.image }, work);
    },
  );

  /** Builds a recipe, and before it the toolchain where the recipe asks for one. */
  const build = async (wanted: Base, request: RecipeRequest): Promise<Prepared> => {
    if (!asksForToolchain(request.recipe)) return haveRecipe(engine, request, work);
    const compilers = await toolchain(wanted);
    if (compilers.type !== 'ready') return compilers;
    return haveRecipe(engine, { ...request, toolchain: compilers.image }, work);
  };

  const environment = async ({ id, base: baseWanted, python }: Environment): Promise<Prepared> => {
    try {
      const on = await base(baseWanted);
      if (on.type !== 'ready') return on;
      const withPython = await build(baseWanted, {
        name: id,
        recipe: await recipe(python.recipe),
        args: python.args,
        parent: on.image,
      });
      if (withPython.type !== 'ready') return withPython;
      return await build(baseWanted, {
        name: `${id}/reproduction`,
        recipe: reproductionRecipe,
        args: {
          PACKAGES: options.packages.join(' '),
          ...(compiles ? { PROGRAMS: options.programs.join(' ') } : {}),
        },
        parent: withPython.image,
      });
    } catch (error) {
      if (work.signal.aborted) return { type: 'cancelled' };
      if (error instanceof RecipeError) return { type: 'failed', reason: error.message };
      // The engine, most likely; whatever it was, this row has no image.
      return { type: 'failed', reason: `preparing the image failed: ${String(error)}` };
    }
  };
  return once((wanted: Environment) => wanted.id, environment);
}

async function findRecipe(folders: readonly string[], name: string): Promise<Recipe> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await stat(join(path, 'Dockerfile')).catch(() => undefined)) return readRecipe(path, name);
  }
  throw new RecipeError(
    `there is no recipe ${name}: none of ${folders.join(', ')} has a folder ${name} with a Dockerfile`,
  );
}

/** A Dockerfile says by its own arguments what it needs. */
function asksForToolchain({ files }: Recipe): boolean {
  const dockerfile = files.find(({ path }) => path === 'Dockerfile')?.content.toString('utf8');
  return /^ARG TOOLCHAIN$/m.test(dockerfile ?? '');
}

function merge(first: Recipe, second: Recipe): Recipe {
  return { name: second.name, files: [...first.files, ...second.files] };
}

/** Calls `make` once for each key, and gives everybody who asks the same promise. */
function once<Wanted, Made>(
  key: (wanted: Wanted) => string,
  make: (wanted: Wanted) => Promise<Made>,
): (wanted: Wanted) => Promise<Made> {
  const made = new Map<string, Promise<Made>>();
  return (wanted) => {
    const had = made.get(key(wanted)) ?? make(wanted);
    made.set(key(wanted), had);
    return had;
  };
}
