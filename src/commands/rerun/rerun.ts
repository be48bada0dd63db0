/** `matrix rerun ENVIRONMENT SCENARIO`: one cell by hand, for a user who wants to see it. */
import { createLogUpdate } from 'log-update';
import { contractContainer, scriptContainer } from '../../trial/trial-container.ts';
import { EXIT } from '../../cli/exit-status.ts';
import { wantsLive } from '../../cli/terminal.ts';
import { judgeSensitivity } from '../../analysis/sensitivity.ts';
import { loadPlan, type PlanOptions } from '../../app/load-plan.ts';
import type { EngineOptions } from '../../app/with-engine.ts';
import { rerunScript } from './rerun-script.ts';
import { UserError } from '../../cli/user-error.ts';
import { print } from '../../cli/print.ts';
import { withImage, type ReadyImage } from '../../app/with-image.ts';
import type { Engine, UnreadContainer } from '../../engine/engine.ts';
import type { Scenario } from '../../model.ts';
import type { Cell } from '../../report/schema.ts';
import { controlStateOf, measureCell } from '../../run/measure-cell.ts';
import type { RunPlan } from '../../run/plan.ts';
import { tally } from '../../verdict/tally.ts';
import type { Observation } from '../../verdict/observation.ts';
import { verdictLines } from './verdict-text.ts';

/** Seconds of the trial of `--json`, and calls that it never reaches. */
const TRIAL = { seconds: 2, calls: 1_000_000, seed: 1 };

/** Milliseconds between two redraws of the line of progress. */
const REDRAW = 200;

interface RerunOptions {
  /** Whether to run one trial alone, and pass on its lines unread. */
  readonly json?: boolean | undefined;
}

/**
 * Runs the reproduction's run.sh once, under strace, then its control and the cell as the matrix
 * does, and prints the verdict in words. A reproduction without the trial contract runs once.
 *
 * @returns 0 for a pass, 1 for a fail, 3 if the cell could not be measured or is inconclusive
 */
export async function rerun(
  environmentId: string,
  scenarioId: string,
  options: PlanOptions & EngineOptions & RerunOptions,
): Promise<number> {
  const loaded = await loadPlan({ ...options, only: [environmentId, scenarioId] });
  const { plan } = loaded;
  const environment = plan.environments.find(({ id }) => id === environmentId);
  const scenario = plan.scenarios.find(({ id }) => id === scenarioId);
  if (!environment || !scenario) {
    throw new UserError(
      '`matrix rerun` takes one environment and one scenario, without wildcards.',
    );
  }
  return withImage(options, loaded, environment, async (ready) => {
    const { engine, image, labels, env, script, signal } = ready;
    const limits = plan.limitsFor(environmentId, scenarioId);
    const { command } = environment.python;
    const cell = { image, command, scenario, limits, labels, env };
    if (script) {
      if (options.json === true) {
        throw new UserError(
          '--json needs a reproduction that uses the trial contract. Leave it out: a script’s output is printed as it is.',
        );
      }
      return rerunScript(engine, { ...cell, ...script }, signal);
    }
    if (options.json === true) {
      const status = await runAloud(engine, contractContainer({ ...cell, ...TRIAL }), signal);
      return status === 0 ? EXIT.asExpected : EXIT.notMeasured;
    }
    const shown = scriptContainer(cell);
    print(`--- under strace: ${shown.command.join(' ')}`);
    const status = await runAloud(engine, shown, signal);
    if (status === undefined) return EXIT.notMeasured;
    print('--- as the matrix measures it');
    const measured = await measureAloud(plan, environmentId, scenario, command, ready);
    const { confidence } = plan.ruleFor(environmentId, scenarioId);
    process.stdout.write(`${verdictLines(measured, confidence).join('\n')}\n`);
    if (measured.verdict === 'fail') return EXIT.unexpected;
    return measured.verdict === 'pass' ? EXIT.asExpected : EXIT.notMeasured;
  });
}

/**
 * @returns the exit status of the container; undefined if it has none, and then the reason is
 * printed
 */
async function runAloud(
  engine: Engine,
  container: UnreadContainer,
  signal: AbortSignal,
): Promise<number | undefined> {
  const outcome = await engine.run(
    {
      ...container,
      onStdout: (chunk) => process.stdout.write(chunk),
      onStderr: (chunk) => process.stderr.write(chunk),
    },
    signal,
  );
  if (outcome.type === 'exited') return outcome.status;
  print(`The container did not exit: ${'reason' in outcome ? outcome.reason : outcome.type}`);
  return undefined;
}

/** Measures the control, then the cell, with one line of progress where that can be redrawn. */
async function measureAloud(
  plan: RunPlan,
  environment: string,
  scenario: Scenario,
  command: string,
  { engine, image, labels, env, emulated, signal }: ReadyImage,
): Promise<Cell> {
  const control = plan.scenarios.find(({ id }) => id === scenario.control);
  const cells = new Map<string, Cell>();
  const isLive = wantsLive();
  const line = createLogUpdate(process.stderr);
  const measure = async (one: Scenario, before: ReadonlyMap<string, Cell>): Promise<Cell> => {
    const observations: Observation[] = [];
    const started = performance.now();
    const redraw = () => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      line(`${one.id}: ${seconds} s, ${progressText(observations)}`);
    };
    const timer = isLive ? setInterval(redraw, REDRAW) : undefined;
    try {
      return await measureCell(
        engine,
        {
          environment,
          image,
          command,
          labels,
          env,
          scenario: one,
          rerun: '',
          traces: false,
          rule: plan.ruleFor(environment, one.id),
          limits: plan.limitsFor(environment, one.id),
          expected: null,
          control: controlStateOf(one, before),
          onTrial: (observation) => {
            observations.push(observation);
          },
        },
        signal,
      );
    } finally {
      clearInterval(timer);
      if (isLive) line.clear();
    }
  };
  if (control) cells.set(control.id, await measure(control, cells));
  const measured = await measure(scenario, cells);
  const host = { cpus: engine.description.host.cpus, emulated: emulated ? [environment] : [] };
  return judgeSensitivity([measured], plan.scenarios, host).cells[0] ?? measured;
}

function progressText(observations: readonly Observation[]): string {
  const { exposed, failures } = tally(observations);
  const failed = failures === 0 ? 'none failed' : `${failures} failed`;
  return `${exposed.toLocaleString('en')} exposed calls, ${failed}`;
}
