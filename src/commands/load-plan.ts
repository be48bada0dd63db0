/** matrix.yaml and a selection -> what a run is asked to do. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectedVerdict, ruleFor, trialFor } from '../matrix/cell-patterns.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { readMatrixFile } from '../matrix/read.ts';
import { selectCells, type Selection } from '../matrix/select.ts';
import type { RunPlan } from '../run/plan.ts';
import { renderRefusal } from '../yaml-file/read-text.ts';
import type { Options } from './options.ts';
import { UserError } from './user-error.ts';

export interface LoadedPlan {
  readonly matrix: Matrix;
  readonly selection: Selection;
  readonly plan: RunPlan;
}

/** The recipes that come with the program. */
const RECIPES = fileURLToPath(new URL('../../images', import.meta.url));

/** @throws UserError with every diagnostic of the file, or with what `--only` could have meant */
export async function loadPlan(
  options: Pick<Options, 'matrix' | 'group' | 'only' | 'skip'>,
): Promise<LoadedPlan> {
  const read = await readMatrixFile(options.matrix);
  if (!read.ok) throw new UserError(renderRefusal(read.error));
  const matrix = read.value;
  const selected = selectCells(matrix, {
    group: options.group ?? matrix.defaultGroup,
    only: options.only,
    skip: options.skip,
  });
  if (!selected.ok) {
    throw new UserError(
      selected.error
        .map(({ message, hint }) => (hint === undefined ? message : `${message}\n    ${hint}`))
        .join('\n'),
    );
  }
  const selection = selected.value;
  const chosen = new Set(
    selection.cells.map(({ environment, scenario }) => cellKey(environment.id, scenario.id)),
  );
  return {
    matrix,
    selection,
    plan: {
      environments: selection.environments,
      scenarios: selection.scenarios,
      includes: (environment, scenario) => chosen.has(cellKey(environment, scenario)),
      rule: matrix.rule,
      ruleFor: (environment, scenario) => ruleFor(matrix, environment, scenario),
      limitsFor: (environment, scenario) => trialFor(matrix, environment, scenario),
      expectedFor: (environment, scenario) => expectedVerdict(matrix, environment, scenario),
      matrix: { path: matrix.path, sha256: matrix.sha256 },
      reproduction: resolve(dirname(options.matrix), matrix.reproduction),
      packages: [],
      // Compilers take longer to install than the default group may take for a launcher it does not use.
      programs: selection.scenarios.some(({ launcher }) => launcher === 'c-system')
        ? ['c-system.c']
        : [],
      needsStrace: true,
      recipes: [resolve(dirname(options.matrix), 'images'), RECIPES],
    },
  };
}

/** Ids hold no line break. */
function cellKey(environment: string, scenario: string): string {
  return `${environment}\n${scenario}`;
}

/** Whether any base of the selection may have to be bootstrapped. */
export function bootstraps(selection: Selection): boolean {
  return selection.environments.some(({ base }) =>
    base.sources.some((source) => source.type === 'bootstrap'),
  );
}
