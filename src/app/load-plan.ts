/** Turns matrix.yaml and a selection into the plan of a run. */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MatrixRow } from '../analysis/next-row.ts';
import { expectedVerdict } from '../matrix/cell-patterns.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { readMatrixFile } from '../matrix/read.ts';
import { selectCells, type Selection } from '../matrix/select.ts';
import type { Platform } from '../platform.ts';
import { readFolder } from '../host/folder-content.ts';
import { readReproduction } from '../reproduction/read-reproduction.ts';
import type { Manifest } from '../reproduction/manifest.ts';
import { withScriptOptions, type ScriptOptions } from '../reproduction/script-options.ts';
import { rulesOf } from '../reproduction/rules.ts';
import type { RunPlan } from '../run/plan.ts';
import { asSentence } from '../text/as-sentence.ts';
import type { TakenIn } from '../intake/take-in.ts';
import type { Choice } from './environment-choice.ts';
import { acceptedBy } from './load-baseline.ts';
import { rerunOptions } from './rerun-options.ts';
import { DEFAULT_MATRIX } from '../cli/options.ts';
import { unwrap, unwrapFile } from '../cli/user-error.ts';

/** Which cells of which matrix. */
export interface PlanOptions extends Choice {
  readonly matrix: string;
  /** The platform of rows whose ids name none; this machine's own if not given. */
  readonly home?: Platform | undefined;
  readonly group?: string | undefined;
  /**
   * The input that is measured instead of the matrix's reproduction, as `matrix try` accepts it.
   */
  readonly reproduction?: string | undefined;
  /** The same, where it is taken in already. */
  readonly taken?: TakenIn | undefined;
  /** The command that measures a row of a group; undefined for the default group. `matrix run` if absent. */
  readonly rowCommand?: ((environment: string, group?: string) => string) | undefined;
  /** Options of the command line that decide what a run means. */
  readonly script?: ScriptOptions | undefined;
}

export interface LoadedPlan {
  readonly matrix: Matrix;
  readonly selection: Selection;
  readonly plan: RunPlan;
  /** The reproduction that is measured in place of the matrix's own. */
  readonly taken: TakenIn | undefined;
}

/** The recipes that come with the program. */
export const RECIPES = fileURLToPath(new URL('../../images', import.meta.url));

/**
 * @throws UserError with every diagnostic of matrix.yaml or of the reproduction, with why that cannot be
 *   measured, or with what `--only` could have meant
 */
export async function loadPlan(options: PlanOptions): Promise<LoadedPlan> {
  const path = await matrixPath(options);
  const matrix = await unwrapFile(await readMatrixFile(path, options.home));
  const own = join(dirname(path), matrix.reproduction);
  const taken =
    options.taken ??
    (options.reproduction === undefined
      ? undefined
      : await (await import('./take-what.ts')).takeWhat({ what: options.reproduction, args: [] }));
  const folder = taken?.folder ?? own;
  const foreign = resolve(folder) !== (await realpath(own).catch(() => resolve(own)));
  const manifest = await manifestWithOptions(folder, options.script, taken?.args);
  const selected = selectCells(matrix, {
    group: options.group ?? matrix.defaultGroup,
    only: options.only ?? [],
    skip: options.skip ?? [],
    ...(manifest.scenarios === null ? {} : { scenarios: manifest.scenarios }),
  });
  const selection = unwrap(selected, (problems) =>
    problems
      .map(({ message, hint }) =>
        hint === undefined ? asSentence(message) : `${asSentence(message)}\n    ${hint}`,
      )
      .join('\n'),
  );
  const scriptFolder =
    manifest.protocol.type === 'script' ? await readFolder(folder, 'the reproduction') : undefined;
  const accepted = await acceptedBy(matrix, path);
  return {
    matrix,
    selection,
    taken,
    plan: {
      home: matrix.home,
      runners: matrix.runners,
      source: foreign ? planSource(taken) : undefined,
      environments: selection.environments,
      registryRows: selection.registryRows,
      scenarios: selection.scenarios.map((scenario) => ({
        ...scenario,
        mechanism: scenario.launcher && manifest.mechanisms[scenario.launcher],
      })),
      ...rulesOf(matrix, manifest, foreign),
      // Expectations are about the matrix's own reproduction, even where ids happen to be the same.
      expectedFor: (environment, scenario) =>
        foreign
          ? null
          : expectedVerdict(matrix, environment, scenario, accepted(environment, scenario)),
      matrix: { path: matrix.path, sha256: matrix.sha256 },
      reproduction: resolve(folder),
      protocol: manifest.protocol,
      scriptFolder,
      packages: manifest.packages,
      needsBash:
        scriptFolder && (await import('../intake/script-text.ts')).asksForBash(scriptFolder.files),
      // Compilers take longer to install than the default group may take for what it does not use.
      programs: manifest.programs
        .filter(({ isNeededBy }) => selection.scenarios.some(({ id }) => isNeededBy(id)))
        .map(({ source }) => source),
      compileOn: matrix.compileOn,
      needsStrace: manifest.strace,
      rerunOptions: rerunOptions(options),
      matrixRows: matrixRows(matrix, options),
      recipes: [resolve(dirname(path), 'images'), RECIPES],
    },
  };
}

/** The matrix that comes with the program, where a folder without one is given none. */
async function matrixPath({ matrix, taken }: PlanOptions): Promise<string> {
  if (matrix !== DEFAULT_MATRIX) return matrix;
  const isMissing = await lstat(matrix).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT',
  );
  // Any other problem with it is reported when it is read.
  if (!isMissing) return matrix;
  // For a script, that is the usual case.
  if (taken === undefined) {
    process.stderr.write(`There is no ${DEFAULT_MATRIX} here, so the program's own is used.\n`);
  }
  return fileURLToPath(new URL('../../matrix.yaml', import.meta.url));
}

/** A report's description of the input. */
export function planSource(taken: TakenIn | undefined): RunPlan['source'] {
  return taken && { text: taken.description, commit: taken.commit };
}

/**
 * The manifest of a reproduction's folder, changed as the command line asks.
 *
 * @throws UserError for the problem with the folder or an option
 */
export async function manifestWithOptions(
  folder: string,
  script: ScriptOptions | undefined,
  args: readonly string[] = [],
): Promise<Manifest> {
  const read = await unwrapFile(await readReproduction(folder));
  const manifest = script ? unwrap(withScriptOptions(read, script), String) : read;
  if (args.length === 0 || manifest.scenarios === null) return manifest;
  const scenarios = manifest.scenarios.map((one) => ({ ...one, args: [...one.args, ...args] }));
  return { ...manifest, scenarios };
}

/** Every row of the matrix once, with the first group that has it; those of the default group first. */
function matrixRows(matrix: Matrix, options: PlanOptions): readonly MatrixRow[] {
  const rest = rerunOptions({ ...options, group: undefined });
  const commandOf =
    options.rowCommand ??
    ((id, group) =>
      `bin/matrix run${group === undefined ? '' : ` --group ${group}`} --only ${id}${rest}`);
  const rows = new Map<string, MatrixRow>();
  const names = [matrix.defaultGroup, ...matrix.groups.keys()];
  for (const name of names) {
    const group = name === matrix.defaultGroup ? undefined : name;
    for (const { id } of matrix.groups.get(name)?.environments ?? []) {
      if (!rows.has(id)) rows.set(id, { id, command: commandOf(id, group) });
    }
  }
  return [...rows.values()];
}

/** Whether any base of the selection may have to be bootstrapped. */
export function bootstraps(selection: Selection): boolean {
  return selection.environments.some(({ base, python }) =>
    [...base.sources, ...(python.build?.base.sources ?? [])].some(
      (source) => source.type === 'bootstrap',
    ),
  );
}
