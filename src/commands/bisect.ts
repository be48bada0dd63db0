/** `matrix bisect`: the first version of the C library or of Python, or the first day, with another verdict. */
import { join } from 'node:path';
import { daysOf } from '../bisect/days.ts';
import type { Step } from '../bisect/next-step.ts';
import { formatBisection, type Candidate } from '../bisect/format-bisection.ts';
import { axisSearch, dateSearches, type Search, type SearchedRow } from '../bisect/search.ts';
import type { Engine } from '../engine/engine.ts';
import type { Axis } from '../report/row-place.ts';
import { newRunId } from '../run/run-folder.ts';
import { runMatrix } from '../run/run-matrix.ts';
import { visibleLine } from '../text/visible-text.ts';
import { TOOL } from '../tool.ts';
import { EXIT } from '../cli/exit-status.ts';
import { bootstraps, loadPlan, type LoadedPlan, type PlanOptions } from '../app/load-plan.ts';
import { withProgress } from '../cli/progress-display.ts';
import { unwrap, UserError } from '../cli/user-error.ts';
import { withEmulation } from '../app/with-emulation.ts';
import { withEngine, type EngineOptions } from '../app/with-engine.ts';
import { withResults } from '../app/with-results.ts';
import type { ProgressDisplay } from '../progress/show.ts';

/** The group whose rows are one Python on every C library, where the matrix has it. */
const USUAL_GROUP = 'cross';

interface BisectOptions extends PlanOptions, EngineOptions {
  readonly along: Axis | 'date';
  /** The first and the last day of a search along date. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whether every version or day is measured. */
  readonly all?: boolean | undefined;
  readonly refresh?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly results: string;
}

/** A search, and what is known of its rows. */
interface RunningSearch extends Search {
  readonly measured: Candidate[];
}

/**
 * Finds where the verdict of a scenario changes along an axis, with as few cells as possible,
 * oldest and newest first. Along date, that is done for each selected row.
 *
 * @returns 0 if it found a change or both ends agree, 3 where too little could be decided
 * @throws UserError if the rows are not along one axis, before or after they were measured
 */
export async function bisect(scenario: string, options: BisectOptions): Promise<number> {
  const { along } = options;
  const loaded = await searchedPlan(options, scenario);
  const searches = searchesOf(loaded, options);
  const next = ({ measured, ...search }: RunningSearch): Step => {
    const known = measured.map(({ verdict }) => verdict);
    const unmeasured = known.indexOf(null);
    // To measure everything is what shows that there is more than one change.
    if (options.all === true && unmeasured >= 0)
      return { type: 'measure' as const, at: unmeasured };
    return search.next(known);
  };
  const id = newRunId(new Date(), Math.random());
  const run = async (display: ProgressDisplay, signal: AbortSignal) => {
    const interrupted = () => signal.aborted;
    const { environments } = loaded.plan;
    const measureAll = async (engine: Engine, search: RunningSearch) => {
      for (
        let step = next(search);
        step.type === 'measure' && !interrupted();
        step = next(search)
      ) {
        const row = search.rows[step.at];
        if (!row) return;
        const measured = await measure(engine, row, scenario, loaded, {
          id: `${id}-${row.day ?? step.at}`,
          folder: join(options.results, 'bisect', id, row.name),
          emit: display.emit,
          refresh: options.refresh === true,
          signal,
        });
        if (interrupted()) return;
        search.measured[step.at] = measured;
        const wrong = search.problem(search.measured);
        if (wrong !== null) throw new UserError(wrong);
      }
    };
    await withEngine(options, bootstraps(loaded.selection), signal, (engine) =>
      withEmulation(engine, environments, options, async () => {
        for (const search of searches) await measureAll(engine, search);
      }),
    );
    return signal.aborted;
  };
  const aborted = await withResults(options.results, id, () => withProgress(run));
  const ended = searches.map((search) => ({ search, step: next(search) }));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(asJson(scenario, along, ended), null, 2)}\n`
      : `${ended.map((one) => searchText(one, scenario, along)).join('\n\n')}\n`,
  );
  if (aborted) return EXIT.interrupted;
  return ended.some(({ step }) => step.type === 'undecided') ? EXIT.notMeasured : EXIT.asExpected;
}

/** @throws UserError for rows and options that no search can be along */
function searchesOf(
  { plan, matrix }: LoadedPlan,
  { along, from, to }: BisectOptions,
): readonly RunningSearch[] {
  if (along !== 'date' && (from !== undefined || to !== undefined)) {
    throw new UserError('--from and --to are the days of a search with --along date.');
  }
  const days = () => unwrap(daysOf({ from, to }, new Date()), String);
  const searches =
    along === 'date'
      ? unwrap(dateSearches(plan.environments, days(), matrix), String)
      : [unwrap(axisSearch(plan.environments, along, matrix), String)];
  return searches.map((search) => ({
    ...search,
    measured: search.rows.map(({ environment, day }) => ({
      environment: environment.id,
      day,
      verdict: null,
    })),
  }));
}

async function searchedPlan(options: BisectOptions, scenario: string): Promise<LoadedPlan> {
  const ask = (group: string | undefined, taken?: LoadedPlan['taken']) =>
    loadPlan({ ...options, taken, group, only: [...(options.only ?? []), scenario] });
  // Along date, the Pythons of the default group change with the packages of their distribution.
  if (options.group !== undefined || options.along === 'date') return ask(options.group);
  const { matrix, taken } = await loadPlan({ ...options, only: [], skip: [] });
  return ask(matrix.groups.has(USUAL_GROUP) ? USUAL_GROUP : undefined, taken);
}

async function measure(
  engine: Engine,
  { environment, compileOn, day }: SearchedRow,
  scenario: string,
  { plan }: LoadedPlan,
  run: Omit<Parameters<typeof runMatrix>[0], 'engine' | 'plan' | 'tool'>,
): Promise<Candidate> {
  const wanted = plan.scenarios.find(({ id }) => id === scenario);
  if (!wanted) throw new UserError(`The group has no scenario ${scenario}.`);
  const report = await runMatrix({
    ...run,
    engine,
    tool: TOOL,
    plan: {
      ...plan,
      // A search asks where the verdict changed, so one that is not as expected is no sign of a bad host.
      expectedFor: () => null,
      compileOn,
      environments: [environment],
      scenarios: plan.scenarios.filter(({ id }) => id === scenario || id === wanted.control),
    },
  });
  const cell = report.cells.find((one) => one.scenario === scenario);
  return {
    environment: environment.id,
    day,
    verdict: cell?.verdict ?? 'error',
    row: report.environments[0],
    reason: cell?.reason,
  };
}

interface EndedSearch {
  readonly search: RunningSearch;
  readonly step: Step;
}

/** One answer along the C library or Python; an answer for each row along date. */
function asJson(scenario: string, along: string, ended: readonly EndedSearch[]): unknown {
  const answers = ended.map(({ search: { environment, measured }, step }) => ({
    environment,
    answer: step,
    rows: measured,
  }));
  return along === 'date'
    ? { scenario, along, searches: answers }
    : { scenario, along, ...answers[0] };
}

function searchText(
  { search, step }: EndedSearch,
  scenario: string,
  along: BisectOptions['along'],
): string {
  const { environment, measured } = search;
  // Of hundreds of days, those that were not measured are no news.
  const rows = measured.filter(({ day, verdict }) => day === undefined || verdict !== null);
  const title = environment === undefined ? [] : [environment];
  const searched = environment === undefined ? scenario : `${scenario} in ${environment}`;
  const answer = formatBisection(step, searched, along, measured);
  return [...title, ...rows.map(rowText), '', ...answer].join('\n');
}

function rowText({ environment, day, verdict, reason }: Candidate): string {
  const why = reason === undefined ? '' : `: ${visibleLine(reason.split('\n')[0] ?? '')}`;
  return `${day ?? environment}  ${verdict ?? 'not measured'}${why}`;
}
