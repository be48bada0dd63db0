/** The plan of a run; matrix/ selects its contents. Pure. */
import type { Base, Environment, Scenario, StoppingRule, TrialLimits, Verdict } from '../model.ts';
import type { Report } from '../report/schema.ts';
import type { MatrixRow } from '../analysis/next-row.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { Platform } from '../platform.ts';
import type { FolderContent } from '../host/folder-content.ts';
import type { Protocol } from '../reproduction/manifest.ts';

export interface RunPlan {
  /** The platform of rows whose ids name none; the engine's own if absent. */
  readonly home?: Platform | undefined;
  /** The labels of the CI machines for shards of each platform. */
  readonly runners?: Matrix['runners'] | undefined;
  /** In the order in which they are built and measured. */
  readonly environments: readonly Environment[];
  /** Rows that join them if a registry serves their bases; empty once that is decided. */
  readonly registryRows?: readonly Environment[] | undefined;
  /** Those of the former `registryRows` that did not, with the reason. */
  readonly leftOut?: Report['run']['leftOut'];
  /** Those of every row, controls included. */
  readonly scenarios: readonly Scenario[];
  readonly rule: StoppingRule;
  readonly ruleFor: (environment: string, scenario: string) => StoppingRule;
  readonly limitsFor: (environment: string, scenario: string) => TrialLimits;
  readonly expectedFor: (environment: string, scenario: string) => Verdict | null;
  readonly matrix: { readonly path: string; readonly sha256: string };
  /** Where this is a part of a larger run. */
  readonly shard?: Report['run']['shard'];
  /** The reproduction that is measured in place of the matrix's own. */
  readonly source?: Report['run']['source'];
  /** The reproduction's folder. */
  readonly reproduction: string;
  /** How it reports what it saw; by the trial contract if absent. */
  readonly protocol?: Protocol | undefined;
  /** The files of a reproduction that is a script. */
  readonly scriptFolder?: FolderContent | undefined;
  /** Packages that the reproduction needs in every image. */
  readonly packages: readonly string[];
  /** Whether one of its scripts is for bash, by its first line. */
  readonly needsBash?: boolean | undefined;
  /** Its C sources that are compiled for every image, such as `c-system.c`. */
  readonly programs: readonly string[];
  /** The base that compiles them for all rows; each row's own where null. */
  readonly compileOn: Base | null;
  /** Whether the reproduction gives its evidence by strace, which then must work in every image. */
  readonly needsStrace: boolean;
  /**
   * The options, besides the cell's ids, of the command that measures a cell again, after a space.
   */
  readonly rerunOptions?: string | undefined;
  /** For `matrix try`: the command that measures a row again and shows everything. */
  readonly tryCommand?: ((environment: string) => string) | undefined;
  /** Sees what scripts print, line by line. */
  readonly onLine?: ((stream: 'stdout' | 'stderr', text: string) => void) | undefined;
  /** Every row of the matrix, for findings that suggest a row to measure next. */
  readonly matrixRows?: readonly MatrixRow[] | undefined;
  /** Folders of recipes; a recipe is taken from the first that has it. */
  readonly recipes: readonly string[];
}

/** The command that measures a cell again and shows everything. */
export function rerunCommandLine(
  { tryCommand, rerunOptions = '' }: Pick<RunPlan, 'tryCommand' | 'rerunOptions'>,
  environment: string,
  scenario: string,
): string {
  return tryCommand === undefined
    ? `bin/matrix rerun ${environment} ${scenario}${rerunOptions}`
    : tryCommand(environment);
}

/** The scenarios of a run as its report has them. */
export function reportScenarios({ scenarios }: Pick<RunPlan, 'scenarios'>): Report['scenarios'] {
  return scenarios.map(({ id, mutation, launcher, mechanism, role }) => ({
    id,
    mutation,
    launcher,
    mechanism,
    role,
  }));
}

/** The scenarios of every environment, each control before what it controls. */
export function scenariosInOrder({ scenarios }: Pick<RunPlan, 'scenarios'>): readonly Scenario[] {
  const controls = scenarios.filter(({ control }) => control === undefined);
  const others = scenarios.filter(({ control }) => control !== undefined);
  // A control right before its own scenarios: a verdict needs only those two.
  const following = controls.flatMap((control) => [
    control,
    ...others.filter((scenario) => scenario.control === control.id),
  ]);
  return [...following, ...others.filter((scenario) => !following.includes(scenario))];
}
