/** An environment's image: its base, its Python and the reproduction, each made once. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { onPlatform, statingPlatform } from '../matrix/environments.ts';
import type { Base, Environment, EnvironmentFacts, Python } from '../model.ts';
import { hasProgram, limitsOfLooks, prepareGivenImage } from './given-image.ts';
import { prepareBase } from './prepare-base.ts';
import { fallingThrough, sourcesKey } from './fall-through.ts';
import { buildRecipe, type RecipeRequest } from './build-recipe.ts';
import type { ImageWork, Prepared, UsableImage } from './outcome.ts';
import { obstacleOf, checkPlatformSupport } from './platform-support.ts';
import { probe } from './probe.ts';
import { platformOf, type Platform } from '../platform.ts';
import { readFolder, FolderError, type FolderContent } from '../host/folder-content.ts';

interface PreparationOptions {
  readonly engine: Engine;
  readonly work: ImageWork;
  /** Folders of recipes; a recipe is taken from the first that has it. */
  readonly recipes: readonly string[];
  /** The reproduction's folder. */
  readonly reproduction: string;
  /** Packages that the reproduction needs in every image. */
  readonly packages: readonly string[];
  /** Whether one of its scripts is for bash, by its first line. */
  readonly needsBash?: boolean | undefined;
  /** Its C sources that are compiled for every image, relative to its folder. */
  readonly programs: readonly string[];
  /** The base that compiles them for all rows; each row's own where null. */
  readonly compileOn: Base | null;
  /**
   * For a reproduction that is copied into containers and not into images: only its C sources
   * matter.
   */
  readonly scriptFolder?: FolderContent | undefined;
}

/** Prepares the image of an environment. Asking again gives the same promise. */
export type Prepare = (environment: Environment) => Promise<Prepared>;

/**
 * Prepares images. A part that two environments share is prepared once, however many request it and
 * whenever they do.
 *
 * @throws FolderError if the reproduction's folder, or a recipe that every row needs, cannot be
 *   read; a recipe that only some rows need fails those rows
 */
export async function preparation(options: PreparationOptions): Promise<Prepare> {
  const { engine, work } = options;
  const compiles = options.programs.length > 0;
  const whole = await readFolder(options.reproduction, 'the reproduction', 'reproduction/');
  const reproduction = options.scriptFolder ? sourcesOf(whole) : whole;
  const reproductionRecipe = withFiles(
    await findRecipe(options.recipes, compiles ? 'reproduction-with-programs' : 'reproduction'),
    reproduction,
  );
  const overlayRecipe = await findRecipe(options.recipes, 'overlay');
  const archiveRecipe = await findRecipe(options.recipes, 'archive');
  const registries = new Map<string, Promise<string | undefined>>();
  const pulls = new Map<string, Promise<unknown>>();
  const { host } = engine.description;
  const own = platformOf(host.arch);

  const recipe = once(
    (name: string) => name,
    (name) => findRecipe(options.recipes, name),
  );
  const base = once(sourcesKey, (wanted: Base) =>
    prepareBase(wanted, { engine, work, overlayRecipe, archiveRecipe, registries, pulls }),
  );
  const onSources = fallingThrough(base, work.emit);

  /** The part that a base's builds share, such as `runtime`: built once for each base. */
  const shared = once(
    ({ on, name }: { on: Base; name: string }) => `${sourcesKey(on)}/${name}`,
    async ({ on, name }) =>
      build(on, { name: `${on.id}/${name}`, recipe: await recipe(name), args: {} }),
  );

  /**
   * Builds a recipe, after the images that its arguments name: on the base itself, or on the image
   * `from` that has been prepared on it.
   */
  const build = async (
    on: Base,
    request: Omit<RecipeRequest, 'parents'>,
    { from, built }: { from?: Prepared; built?: UsableImage | undefined } = {},
  ): Promise<Prepared> => {
    const parents: Record<string, UsableImage> = built ? { BUILT: built } : {};
    for (const argument of parentArguments(request.recipe)) {
      const prepared = await (argument === 'BASE'
        ? (from ?? base(on))
        : shared({ on, name: argument.toLowerCase() }));
      if (prepared.type === 'failed') return { ...prepared, inherited: true };
      if (prepared.type !== 'ready') return prepared;
      parents[argument] = prepared.image;
    }
    return buildRecipe(engine, { ...request, parents }, work);
  };

  /** The build of a Python, made once for any number of rows. */
  const tree = once(
    ({ id, wanted }: { id: string; wanted: PythonBuild }) => `${wanted.base.id} ${id}`,
    async ({ id, wanted }) => {
      const request = {
        name: `${wanted.base.id}/${id}/build`,
        recipe: await recipe(wanted.recipe),
        args: wanted.args,
      };
      return onSources(wanted.base, (on) => build(on, request));
    },
  );

  const programsOn = once(
    ({ on, libc }: ProgramsWanted) => `${sourcesKey(on)} ${libc ?? ''}`,
    async ({ on: wanted, libc }): Promise<Prepared> => {
      const request = {
        name: `${wanted.id}/programs${libc ? `-${libc}` : ''}`,
        recipe: withFiles(await recipe('programs'), sourcesOf(reproduction)),
        args: { PROGRAMS: options.programs.join(' '), ...(libc && { LIBCS: libc }) },
      };
      return onSources(wanted, (on) => build(on, request));
    },
  );
  const programs = async (wanted: Base, emulated: boolean, libc?: Libc): Promise<Prepared> => {
    // One base of an emulated platform is slow enough to prepare.
    const compileOn = emulated ? wanted : compilesFor(options.compileOn, wanted);
    const shared = await programsOn({ on: compileOn, libc });
    // A base or a toolchain that is not available affects only its own rows. A compiler's error for
    // a program is the same on every base.
    const lacks = shared.type === 'failed' ? shared.inherited : shared.type === 'unavailable';
    return lacks ? programsOn({ on: wanted, libc }) : shared;
  };
  /**
   * The programs of a row. Where they do not compile for both C libraries, they may for the row's
   * own, which its Python tells.
   */
  const programsOf = async (
    { base: on, python, malloc }: Environment,
    image: UsableImage,
    emulated: boolean,
  ): Promise<Prepared> => {
    const forBoth = await programs(on, emulated);
    if (forBoth.type !== 'failed' || forBoth.inherited === true) return forBoth;
    const seen = await probe(
      engine,
      image.id,
      python.command,
      malloc?.name ?? 'default',
      limitsOfLooks(),
      work.signal,
    );
    if (seen.type === 'cancelled') return seen;
    return seen.type === 'facts' ? programs(on, emulated, seen.facts.libc.name) : forBoth;
  };

  const python = async (environment: Environment): Promise<Prepared> => {
    const { id, base: on, python: wanted, malloc } = environment;
    const built = wanted.build && (await tree({ id: wanted.id, wanted: wanted.build }));
    if (built && built.type !== 'ready') return built;
    const plain = await build(
      on,
      {
        name: malloc ? `${on.id}/${wanted.id}` : id,
        recipe: await recipe(wanted.recipe),
        args: wanted.args,
      },
      { built: built?.image },
    );
    if (!malloc || plain.type !== 'ready') return plain;
    const args = { MALLOC: malloc.name, COMMAND: malloc.interpreter };
    return build(on, { name: id, recipe: await recipe('malloc'), args }, { from: plain });
  };

  const support = once(
    (platform: Platform) => platform,
    (platform) => checkPlatformSupport(platform, host),
  );

  /** Adds the packages that the reproduction needs, and bash if one of its scripts needs it. */
  const withTools = async (wanted: Environment, on: Prepared): Promise<Prepared> => {
    if (on.type !== 'ready') return on;
    const lacksBash =
      options.needsBash === true &&
      wanted.image !== undefined &&
      !(await hasProgram(engine, on.image.id, 'bash', work.signal));
    const packages = lacksBash ? ['bash', ...options.packages] : options.packages;
    if (packages.length === 0) return on;
    const made = await build(
      wanted.base,
      {
        name: `${rowName(wanted)}/packages`,
        recipe: await recipe('packages'),
        args: { PACKAGES: packages.join(' ') },
      },
      { from: on },
    );
    return lacksBash && made.type === 'failed'
      ? { ...made, reason: `a script needs bash, which the image lacks: ${made.reason}` }
      : made;
  };

  /** An image that a user names, with C programs that are compiled in it. */
  const withOwnPrograms = async (wanted: Environment, on: Prepared): Promise<Prepared> =>
    build(
      wanted.base,
      {
        name: `${rowName(wanted)}/programs`,
        recipe: withFiles(await recipe('given-with-programs'), sourcesOf(reproduction)),
        args: { PROGRAMS: options.programs.join(' ') },
      },
      { from: on },
    );

  /** The row's own image, on the base of the row. */
  const rowImage = async (wanted: Environment, emulated: boolean): Promise<Prepared> => {
    const withPython = await (wanted.image === undefined
      ? python(wanted)
      : prepareGivenImage(engine, wanted.image, work));
    if (withPython.type !== 'ready') return withPython;
    if (options.scriptFolder && !compiles) return withTools(wanted, withPython);
    if (wanted.image !== undefined) {
      return withOwnPrograms(wanted, await withTools(wanted, withPython));
    }
    const compiled = compiles ? await programsOf(wanted, withPython.image, emulated) : undefined;
    if (compiled !== undefined && compiled.type !== 'ready') return compiled;
    return build(
      wanted.base,
      {
        name: `${wanted.id}/reproduction`,
        recipe: reproductionRecipe,
        args: { PACKAGES: options.packages.join(' ') },
      },
      { from: withPython, built: compiled?.image },
    );
  };

  const environment = async (asked: Environment): Promise<Prepared> => {
    // The engine's own platform is never requested.
    const wanted = asked.base.platform === own ? statingPlatform(asked, undefined) : asked;
    try {
      const { platform } = wanted.base;
      const found = platform && (await support(platform));
      const compiled = wanted.python.build
        ? 'python'
        : compiles && options.scriptFolder === undefined
          ? 'programs'
          : undefined;
      const obstacle = found && obstacleOf(found, platform, compiled);
      if (obstacle !== undefined) return { type: 'unavailable', reason: obstacle };
      const isEmulated = found?.type === 'emulated';
      // An image that a user names has no other source.
      const made = await (wanted.image !== undefined
        ? rowImage(wanted, isEmulated)
        : onSources(wanted.base, (on) => rowImage({ ...wanted, base: on }, isEmulated)));
      // If the engine is on another machine, the facts measured in the row decide.
      const emulated = found && found.type !== 'unknown' ? isEmulated : undefined;
      return made.type === 'ready' ? { ...made, emulated } : made;
    } catch (error) {
      if (work.signal.aborted) return { type: 'cancelled' };
      if (error instanceof FolderError) return { type: 'failed', reason: error.message };
      // Most likely an engine failure; in any case this row has no image.
      return { type: 'failed', reason: `preparing the image failed: ${String(error)}` };
    }
  };
  return once((wanted: Environment) => wanted.id, environment);
}

/** The base that compiles for the rows of another one: of the same platform, or that one itself. */
function compilesFor(compileOn: Base | null, wanted: Base): Base {
  if (!compileOn || wanted.platform === undefined) return compileOn ?? wanted;
  return compileOn.platforms?.includes(wanted.platform)
    ? onPlatform(compileOn, wanted.platform)
    : wanted;
}

/** A row's part of an image's name; a reference may have a registry's port, a tag or a digest. */
function rowName({ id, image }: Environment): string {
  if (image === undefined) return id;
  const words = image.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `given/${words.replaceAll(/^-|-$/g, '').slice(0, 80)}`;
}

type Libc = EnvironmentFacts['libc']['name'];

interface ProgramsWanted {
  readonly on: Base;
  /** The only C library to compile for; both if absent. */
  readonly libc?: Libc | undefined;
}

type PythonBuild = NonNullable<Python['build']>;

async function findRecipe(folders: readonly string[], name: string): Promise<FolderContent> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (!(await stat(join(path, 'Dockerfile')).catch(() => undefined))) continue;
    for (const [outer, inner] of [
      [folder, path],
      [dirname(folder), folder],
    ] as const) {
      if (await leadsInto(outer, inner)) continue;
      throw new FolderError(`the recipe ${name}: ${inner} is a link that leads out of ${outer}`);
    }
    return readFolder(path, name);
  }
  throw new FolderError(
    `there is no recipe ${name}: none of ${folders.join(', ')} has a folder ${name} with a Dockerfile`,
  );
}

async function leadsInto(folder: string, path: string): Promise<boolean> {
  const inside = relative(await realpath(folder), await realpath(path));
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** Names of Dockerfile arguments for the images that its stages start from, besides `BUILT`. */
const PARENTS = ['BASE', 'RUNTIME', 'TOOLCHAIN'];

/** The arguments of a Dockerfile declare the images that it needs. */
function parentArguments({ files }: FolderContent): readonly string[] {
  const dockerfile =
    files.find(({ path }) => path === 'Dockerfile')?.content.toString('utf8') ?? '';
  return PARENTS.filter((name) => new RegExp(`^ARG ${name}$`, 'm').test(dockerfile));
}

/** The files that are compiled, so that a change of any other file compiles nothing again. */
function sourcesOf({ files }: FolderContent): FolderContent {
  return { files: files.filter(({ path }) => /\.[ch]$/.test(path)) };
}

function withFiles(first: FolderContent, second: FolderContent): FolderContent {
  return { files: [...first.files, ...second.files] };
}

/** Calls `make` once for each key, and gives all callers the same promise. */
function once<Wanted, Made>(
  key: (wanted: Wanted) => string,
  make: (wanted: Wanted) => Promise<Made>,
): (wanted: Wanted) => Promise<Made> {
  const made = new Map<string, Promise<Made>>();
  return (wanted) => {
    const prepared = made.get(key(wanted)) ?? make(wanted);
    made.set(key(wanted), prepared);
    return prepared;
  };
}
