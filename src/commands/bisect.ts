/** `matrix bisect`: the first version of the C library or of Python with another verdict. */
import { join } from 'node:path';
import { nextStep } from '../bisect/next-step.ts';
import { BISECTION_AXES, orderProblem, rowsAlong } from '../bisect/rows.ts';
import { formatBisection, type Candidate } from '../bisect/format-bisection.ts';
import type { Engine } from '../engine/engine.ts';
import type { Environment } from '../model.ts';
import { newRunId } from '../run/run-folder.ts';
import { runMatrix } from '../run/run-matrix.ts';
import { TOOL } from '../tool.ts';
import { EXIT } from '../cli/exit-status.ts';
import { bootstraps, loadPlan, type LoadedPlan, type PlanOptions } from '../app/load-plan.ts';
import { withProgress } from '../cli/progress-display.ts';
import { UserError } from '../cli/user-error.ts';
import { withEmulation } from '../app/with-emulation.ts';
import { withEngine, type EngineOptions } from '../app/with-engine.ts';
import { withResults } from '../app/with-results.ts';
import type { ProgressDisplay } from '../progress/show.ts';

/** The group whose rows are one Python on every C library, where the matrix has it. */
const USUAL_GROUP = 'cross';

interface BisectOptions extends PlanOptions, EngineOptions {
  readonly along: (typeof BISECTION_AXES)[number];
  /** Whether every version is measured. */
  readonly all?: boolean | undefined;
  readonly refresh?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly results: string;
}

/**
 * Finds where the verdict of a scenario changes along an axis, with as few cells as possible,
 * oldest and newest first.
 *
 * @returns 0 if it found a change or both ends agree, 3 where too little could be decided
 * @throws UserError if the rows are not along one axis, before or after they were measured
 */
export async function bisect(scenario: string, options: BisectOptions): Promise<number> {
  const { along } = options;
  const loaded = await searchedPlan(options, scenario);
  const found = rowsAlong(loaded.plan.environments, along);
  if (!found.ok) throw new UserError(found.error);
  const rows: Candidate[] = found.value.map(({ id }) => ({ environment: id, verdict: null }));
  const next = () => {
    const known = rows.map(({ verdict }) => verdict);
    const unmeasured = known.indexOf(null);
    // To measure everything is what shows that there is more than one change.
    if (options.all === true && unmeasured >= 0)
      return { type: 'measure' as const, at: unmeasured };
    return nextStep(known);
  };
  const id = newRunId(new Date(), Math.random());
  const search = async (display: ProgressDisplay, signal: AbortSignal) => {
    const interrupted = () => signal.aborted;
    const { environments } = loaded.plan;
    const measureAll = async (engine: Engine) => {
      for (let step = next(); step.type === 'measure' && !interrupted(); step = next()) {
        const environment = found.value[step.at];
        if (!environment) return;
        const measured = await measure(engine, environment, scenario, loaded, {
          id: `${id}-${step.at}`,
          folder: join(options.results, 'bisect', id, String(step.at)),
          emit: display.emit,
          refresh: options.refresh === true,
          signal,
        });
        if (interrupted()) return;
        rows[step.at] = measured;
        const wrong = orderProblem(
          rows.map(({ row }) => row),
          along,
        );
        if (wrong !== null) throw new UserError(wrong);
      }
    };
    await withEngine(options, bootstraps(loaded.selection), signal, (engine) =>
      withEmulation(engine, environments, options, () => measureAll(engine)),
    );
    return signal.aborted;
  };
  const aborted = await withResults(options.results, id, () => withProgress(search));
  const step = next();
  const lines = formatBisection(step, scenario, along, rows);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ scenario, along, answer: step, rows }, null, 2)}\n`
      : `${[...rows.map(rowText), '', ...lines].join('\n')}\n`,
  );
  if (aborted) return EXIT.interrupted;
  return step.type === 'undecided' ? EXIT.notMeasured : EXIT.asExpected;
}

async function searchedPlan(options: PlanOptions, scenario: string): Promise<LoadedPlan> {
  const ask = (group: string | undefined, taken?: LoadedPlan['taken']) =>
    loadPlan({ ...options, taken, group, only: [...(options.only ?? []), scenario] });
  if (options.group !== undefined) return ask(options.group);
  const { matrix, taken } = await loadPlan({ ...options, only: [], skip: [] });
  return ask(matrix.groups.has(USUAL_GROUP) ? USUAL_GROUP : undefined, taken);
}

async function measure(
  engine: Engine,
  environment: Environment,
  scenario: string,
  { plan }: LoadedPlan,
  run: Omit<Parameters<typeof runMatrix>[0], 'engine' | 'plan' | 'tool'>,
): Promise<Candidate> {
  const wanted = plan.scenarios.find(({ id }) => id === scenario);
  if (!wanted) throw new UserError(`The group has no scenario ${scenario}.`);
  const scenarios = plan.scenarios.filter(({ id }) => id === scenario || id === wanted.control);
  const report = await runMatrix({
    ...run,
    engine,
    tool: TOOL,
    plan: {
      ...plan,
      environments: [environment],
      scenarios,
      includes: (row, column) =>
        row === environment.id && scenarios.some(({ id }) => id === column),
    },
  });
  const cell = report.cells.find((one) => one.scenario === scenario);
  const row = report.environments[0];
  return {
    environment: environment.id,
    verdict: cell?.verdict ?? 'error',
    ...(row ? { row } : {}),
    ...(cell?.reason === undefined ? {} : { reason: cell.reason }),
  };
}

function rowText({ environment, verdict, reason }: Candidate): string {
  return `${environment}  ${verdict ?? 'not measured'}${reason === undefined ? '' : `: ${reason.split('\n')[0] ?? ''}`}`;
}
