/** `matrix rerun ENVIRONMENT SCENARIO`: one cell by hand, with everything that the program says. */
import { contractContainer, scriptContainer } from '../../trial/trial-container.ts';
import { EXIT } from '../../cli/exit-status.ts';
import { loadPlan, type PlanOptions } from '../../app/load-plan.ts';
import type { EngineOptions } from '../../app/with-engine.ts';
import { rerunScript } from './rerun-script.ts';
import { UserError } from '../../cli/user-error.ts';
import { say, withImage } from '../../app/with-image.ts';

/** Seconds of the trial, and calls that it never reaches. */
const TRIAL = { seconds: 2, calls: 1_000_000, seed: 1 };

/**
 * Runs the reproduction's run.sh once, under strace and for people, then one trial as the matrix
 * runs it, and passes on their output unread. Of a reproduction that does not speak the trial contract,
 * the two are the same, and it runs once.
 *
 * @returns 0 where the run under strace did not fail, 1 where it did, 3 where either could not be run
 */
export async function rerun(
  environmentId: string,
  scenarioId: string,
  options: PlanOptions & EngineOptions,
): Promise<number> {
  const loaded = await loadPlan({ ...options, only: [environmentId, scenarioId] });
  const { plan } = loaded;
  const environment = plan.environments.find(({ id }) => id === environmentId);
  const scenario = plan.scenarios.find(({ id }) => id === scenarioId);
  if (!environment || !scenario) {
    throw new UserError('rerun takes one environment and one scenario, without wildcards');
  }
  return withImage(options, loaded, environment, async (ready) => {
    const { engine, image, labels, env, script, signal } = ready;
    const limits = plan.limitsFor(environmentId, scenarioId);
    const { command } = environment.python;
    const cell = { image, command, scenario, limits, labels, env };
    if (script) return rerunScript(engine, { ...cell, ...script }, signal);
    const statuses: number[] = [];
    for (const [title, container] of [
      ['under strace, for people', scriptContainer(cell)],
      ['as the matrix runs it', contractContainer({ ...cell, ...TRIAL })],
    ] as const) {
      say(`--- ${title}: ${container.command.join(' ')}`);
      const outcome = await engine.run(
        {
          ...container,
          onStdout: (chunk) => process.stdout.write(chunk),
          onStderr: (chunk) => process.stderr.write(chunk),
        },
        signal,
      );
      if (outcome.type !== 'exited') {
        say(
          `the container ended otherwise: ${'reason' in outcome ? outcome.reason : outcome.type}`,
        );
        return EXIT.notMeasured;
      }
      statuses.push(outcome.status);
    }
    const [traced = 0, trial = 0] = statuses;
    return traced > 1 || trial !== 0 ? EXIT.notMeasured : traced;
  });
}
