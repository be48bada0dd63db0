/** `matrix rerun ENVIRONMENT SCENARIO`: one cell by hand, with everything that the program says. */
import { LABELS } from '../images/naming.ts';
import { preparation } from '../images/prepare.ts';
import { describeEvent } from '../progress/describe-event.ts';
import { trialCommand } from '../trial/run-trial.ts';
import { EXIT } from './exit-status.ts';
import { onInterrupt } from './interrupt.ts';
import { bootstraps, loadPlan } from './load-plan.ts';
import type { Options } from './options.ts';
import { UserError } from './user-error.ts';
import { withEngine } from './with-engine.ts';

/**
 * Runs the reproduction's run.sh once, under strace and for people, then one trial as the matrix
 * runs it, and passes on their output unread.
 *
 * @returns 0 where neither failed, 1 where either did, 3 where they could not be run
 */
export async function rerun(options: Options): Promise<number> {
  const [environmentId, scenarioId] = options.positionals;
  if (environmentId === undefined || scenarioId === undefined) {
    throw new UserError(
      'rerun takes an environment and a scenario, such as: bin/matrix rerun debian-12/cpython-3.11 add/os.system',
    );
  }
  const loaded = await loadPlan({ ...options, only: [environmentId, scenarioId], skip: [] });
  const { plan, selection } = loaded;
  const environment = plan.environments.find(({ id }) => id === environmentId);
  const scenario = plan.scenarios.find(({ id }) => id === scenarioId);
  if (!environment || !scenario) {
    throw new UserError('rerun takes one environment and one scenario, without wildcards');
  }
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const interruption = onInterrupt(() => say('interrupted'));
  const { signal } = interruption;
  try {
    return await withEngine(options, bootstraps(selection), signal, async (engine) => {
      const prepare = await preparation({
        engine,
        work: {
          emit: (event) => {
            const line = describeEvent(event);
            if (line !== undefined) say(line);
          },
          slot: (work) => work(),
          signal,
          refresh: false,
          timeoutSeconds: 1800,
        },
        recipes: plan.recipes,
        reproduction: plan.reproduction,
        packages: plan.packages,
        programs: plan.programs,
      });
      const prepared = await prepare(environment);
      if (prepared.type !== 'ready') {
        say('reason' in prepared ? prepared.reason : 'interrupted');
        return EXIT.notMeasured;
      }
      const limits = plan.limitsFor(environmentId, scenarioId);
      const { command } = environment.python;
      const statuses: number[] = [];
      for (const [title, line, env] of [
        ['under strace, for people', ['./run.sh', ...scenario.args], { PYTHON: command }],
        [
          'as the matrix runs it',
          trialCommand({ command, scenario, limits, seconds: 2, calls: 1_000_000, seed: 1 }),
          {},
        ],
      ] as const) {
        say(`--- ${title}: ${line.join(' ')}`);
        const outcome = await engine.run(
          {
            image: prepared.image.id,
            command: line,
            env,
            workdir: '/reproduction',
            labels: { [LABELS.ours]: 'container', [LABELS.run]: `rerun:${process.pid}` },
            memoryBytes: limits.memoryBytes,
            pids: limits.pids,
            timeoutSeconds: limits.timeoutSeconds,
            outputBytes: limits.outputBytes,
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
      if (traced > 1 || trial !== 0) return EXIT.notMeasured;
      return traced;
    });
  } finally {
    interruption.stop();
  }
}
