/**
 * Which cells a command is about: a group, narrowed by `--only` and `--skip`. Pure.
 *
 * Each pattern applies to environments, scenarios, or both, whichever it matches. An environment
 * must match one of the `--only` patterns for environments, a scenario one of those for scenarios.
 * Without patterns for one of the two, all of them stay. A match of `--skip` is left out of both.
 * So `--only debian-13 --only add/os.system` is one column of three rows.
 */
import type { Environment, Scenario } from '../model.ts';
import type { Problem } from '../yaml-file/diagnostic.ts';
import { didYouMean, quoted } from '../text/names.ts';
import { failed, ok, type Result } from '../result.ts';
import type { Exclusion, Group, Matrix } from './matrix.ts';
import { parsePattern, type Pattern } from './pattern.ts';
import { suggestionHint } from './suggestions.ts';

export interface SelectionRequest {
  /** The matrix's own default if absent. */
  readonly group?: string;
  /** Patterns, as in {@link parsePattern}. */
  readonly only: readonly string[];
  /** Patterns, as in {@link parsePattern}. */
  readonly skip: readonly string[];
  /** Scenarios of the user's own reproduction, instead of the group's. */
  readonly scenarios?: readonly Scenario[];
}

export interface Selection {
  /** In the order of the file. */
  readonly environments: readonly Environment[];
  /**
   * Rows that are added if a registry serves their bases. None if the patterns select only such
   * rows: then they are `environments`, because the user named them.
   */
  readonly registryRows: readonly Environment[];
  /** In the order of the file, with the control of each. */
  readonly scenarios: readonly Scenario[];
  /** Every environment with every scenario, row by row. */
  readonly cells: readonly { readonly environment: Environment; readonly scenario: Scenario }[];
  /** Environments that the patterns select but the file excludes. */
  readonly excluded: readonly Exclusion[];
}

/**
 * Selects cells.
 *
 * The control of a selected scenario is always selected, even if a `--skip` fits it: nothing follows
 * from a cell without it.
 *
 * @returns at least one cell; or every problem: an unknown group, a pattern that is none or that fits
 *   nothing (for `--skip`: nothing in any group, so that one list serves several groups), or patterns
 *   that together leave nothing
 */
export function selectCells(
  matrix: Matrix,
  request: SelectionRequest,
): Result<Selection, readonly Problem[]> {
  const name = request.group ?? matrix.defaultGroup;
  const group = matrix.groups.get(name);
  if (!group) {
    const hint = didYouMean(name, matrix.groups.keys(), 'groups');
    return failed([{ message: `unknown group ${quoted(name)}`, hint }]);
  }
  const scenarios = request.scenarios ?? group.scenarios;
  if (scenarios.length === 0) {
    const hint = `Give the group \`scenarios\` in ${quoted(matrix.path)}, or name them in the reproduction.`;
    return failed([{ message: `the group ${quoted(name)} has no scenarios`, hint }]);
  }
  const there: There = { matrix, name, group, scenarios };
  const only = patterns('--only', request.only, there);
  const skip = patterns('--skip', request.skip, there);
  const problems = [...only.problems, ...skip.problems];
  if (problems.length > 0) return failed(problems);

  const ids = {
    environment: [...group.environments, ...group.registryRows].map(({ id }) => id),
    scenario: scenarios.map(({ id }) => id),
  };
  const wanted = (kind: Exclusion['kind']) => {
    // A pattern is about exclusions too, but one that fits nothing else was refused above.
    const about = only.patterns.filter(({ matches }) => ids[kind].some(matches));
    return (id: string) =>
      (about.length === 0 || about.some(({ matches }) => matches(id))) &&
      !skip.patterns.some(({ matches }) => matches(id));
  };
  const wantedEnvironment = wanted('environment');
  const wantedScenario = wanted('scenario');

  const ownRows = group.environments.filter(({ id }) => wantedEnvironment(id));
  const addedRows = group.registryRows.filter(({ id }) => wantedEnvironment(id));
  const [environments, registryRows] = ownRows.length > 0 ? [ownRows, addedRows] : [addedRows, []];
  const asked = scenarios.filter(({ id }) => wantedScenario(id));
  const needed = new Set(asked.flatMap(({ id, control }) => [id, ...(control ? [control] : [])]));
  const columns = scenarios.filter(({ id }) => needed.has(id));
  if (environments.length === 0 || columns.length === 0) {
    const what = environments.length === 0 ? 'environment' : 'scenario';
    const message = `--only and --skip leave no ${what} of the group ${quoted(name)}`;
    return failed([{ message, hint: '--skip takes precedence over --only.' }]);
  }
  return ok({
    environments,
    registryRows,
    scenarios: columns,
    cells: environments.flatMap((environment) =>
      columns.map((scenario) => ({ environment, scenario })),
    ),
    excluded: group.excluded.filter(({ kind, id }) =>
      kind === 'environment' ? wantedEnvironment(id) : wantedScenario(id),
    ),
  });
}

/** The names that patterns can match. */
interface There {
  readonly matrix: Matrix;
  readonly name: string;
  readonly group: Group;
  readonly scenarios: readonly Scenario[];
}

function patterns(option: '--only' | '--skip', texts: readonly string[], there: There) {
  const good: Pattern[] = [];
  const problems: Problem[] = [];
  for (const text of texts) {
    const pattern = parsePattern(text);
    if (!pattern.ok) {
      problems.push({ message: `${option} ${quoted(text)} ${pattern.error}` });
      continue;
    }
    const problem = fitsNothing(option, pattern.value, there);
    if (problem) problems.push(problem);
    else good.push(pattern.value);
  }
  return { patterns: good, problems };
}

/** Why a pattern fits nothing; null if it does fit something. */
function fitsNothing(
  option: '--only' | '--skip',
  { text, matches }: Pattern,
  { matrix, name, group, scenarios }: There,
): Problem | null {
  const ids = [...group.environments, ...group.registryRows, ...scenarios].map(({ id }) => id);
  if (ids.some(matches)) return null;

  const elsewhere = [...matrix.groups].find(([, other]) =>
    [...other.environments, ...other.scenarios].some(({ id }) => matches(id)),
  );
  if (elsewhere && option === '--skip') return null;
  const message = `${option} ${quoted(text)} matches nothing in the group ${quoted(name)}`;
  const excluded = group.excluded.find(({ id }) => matches(id));
  if (excluded) {
    if (option === '--skip') return null;
    return {
      message,
      hint: `${quoted(matrix.path)} excludes ${quoted(excluded.id)}: ${excluded.reason}`,
    };
  }
  if (elsewhere) return { message, hint: `It matches in another group: --group ${elsewhere[0]}` };
  return { message, hint: suggestionHint(text, ids) };
}
