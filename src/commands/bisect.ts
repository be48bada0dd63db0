/** `matrix bisect`: the first version of the C library or of Python with another verdict. */
import { join } from 'node:path';
import { nextStep } from '../bisect/next-step.ts';
import { AXES, disorder, rowsAlong } from '../bisect/rows.ts';
import { tellAnswer, type Searched } from '../bisect/tell.ts';
import type { Engine } from '../engine/engine.ts';
import type { Environment } from '../model.ts';
import { newRunId } from '../run/run-folder.ts';
import { runMatrix } from '../run/run-matrix.ts';
import { TOOL } from '../tool.ts';
import { EXIT } from '../cli/exit-status.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { bootstraps, loadPlan, type LoadedPlan } from '../app/load-plan.ts';
import type { Options } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress-display.ts';
import { UserError } from '../cli/user-error.ts';
import { withEngine } from '../app/with-engine.ts';
import { holdResults } from '../app/hold-results.ts';

/** The group whose rows are one Python on every C library, where the matrix has it. */
const USUAL_GROUP = 'cross';

/**
 * Measures as few cells as tell where the verdict of a scenario changes along an axis, oldest and newest
 * first.
 *
 * @returns 0 where it found a change or both ends say the same, 3 where too little could be decided
 * @throws UserError where the rows are not along one axis, before or after they were measured
 */
export async function bisect(options: Options): Promise<number> {
  const [scenario, ...more] = options.positionals;
  const along = AXES.find((axis) => axis === options.along);
  if (scenario === undefined || more.length > 0 || along === undefined) {
    throw new UserError(
      'usage: matrix bisect SCENARIO --along libc|python [--group NAME] [--only GLOB]\n' +
        "    such as: matrix bisect add/os.system --along libc --only '*/cpython-3.13-glibc'",
    );
  }
  const loaded = await searchedPlan(options, scenario);
  const found = rowsAlong(loaded.plan.environments, along);
  if (!found.ok) throw new UserError(found.error);
  const rows: Searched[] = found.value.map(({ id }) => ({ environment: id, verdict: null }));

  const id = newRunId(new Date(), Math.random());
  const release = await holdResults(options.results, id);
  const display = progressDisplay();
  const interruption = onInterrupt(() => {
    display.emit({ type: 'interrupted' });
  });
  const { signal } = interruption;
  const interrupted = () => signal.aborted;
  const next = () => {
    const known = rows.map(({ verdict }) => verdict);
    const unmeasured = known.indexOf(null);
    // To measure everything is what shows that there is more than one change.
    if (options.all && unmeasured >= 0) return { type: 'measure' as const, at: unmeasured };
    return nextStep(known);
  };
  try {
    await withEngine(options, bootstraps(loaded.selection), signal, async (engine) => {
      for (let step = next(); step.type === 'measure' && !interrupted(); step = next()) {
        const environment = found.value[step.at];
        if (!environment) return;
        const folder = join(options.results, 'bisect', id, String(step.at));
        const measured = await measure(engine, environment, scenario, loaded, {
          id: `${id}-${step.at}`,
          folder,
          emit: display.emit,
          refresh: options.refresh,
          signal,
        });
        if (interrupted()) return;
        rows[step.at] = measured;
        const wrong = disorder(
          rows.map(({ row }) => row),
          along,
        );
        if (wrong !== null) throw new UserError(wrong);
      }
    });
  } finally {
    display.stop();
    interruption.stop();
    await release();
  }
  const step = next();
  const lines = tellAnswer(step, scenario, along, rows);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ scenario, along, answer: step, rows }, null, 2)}\n`
      : `${[...rows.map(rowText), '', ...lines].join('\n')}\n`,
  );
  if (signal.aborted) return EXIT.interrupted;
  return step.type === 'undecided' ? EXIT.notMeasured : EXIT.asExpected;
}

async function searchedPlan(options: Options, scenario: string): Promise<LoadedPlan> {
  const ask = (group: string | undefined) =>
    loadPlan({ ...options, group, only: [...options.only, scenario] });
  if (options.group !== undefined) return ask(options.group);
  const { matrix } = await loadPlan({ ...options, only: [], skip: [] });
  return ask(matrix.groups.has(USUAL_GROUP) ? USUAL_GROUP : undefined);
}

async function measure(
  engine: Engine,
  environment: Environment,
  scenario: string,
  { plan }: LoadedPlan,
  run: Omit<Parameters<typeof runMatrix>[0], 'engine' | 'plan' | 'tool'>,
): Promise<Searched> {
  const wanted = plan.scenarios.find(({ id }) => id === scenario);
  if (!wanted) throw new UserError(`the group has no scenario ${scenario}`);
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

function rowText({ environment, verdict, reason }: Searched): string {
  return `${environment}  ${verdict ?? 'not measured'}${reason === undefined ? '' : `: ${reason.split('\n')[0] ?? ''}`}`;
}
