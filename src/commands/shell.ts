/** `matrix shell ENVIRONMENT`: the image of a row, to look around in, with a trial's limits. */
import { loadPlan, type PlanOptions } from '../app/load-plan.ts';
import type { EngineOptions } from '../app/with-engine.ts';
import { UserError } from '../cli/user-error.ts';
import { shellContainer } from '../trial/attempts.ts';
import { limitsOf, withImage } from '../app/with-image.ts';
import { print } from '../cli/print.ts';

/** @returns the shell's exit status */
export async function shell(
  environmentId: string,
  command: readonly string[],
  options: PlanOptions & EngineOptions,
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UserError('`matrix shell` needs a terminal. `matrix rerun` works without one.');
  }
  const loaded = await loadPlan({ ...options, only: [environmentId] });
  const environment = loaded.plan.environments.find(({ id }) => id === environmentId);
  if (!environment) throw new UserError('`matrix shell` takes one environment, without wildcards.');
  return withImage(options, loaded, environment, async (ready) => {
    const { engine, image, env, script } = ready;
    const python = environment.python.command;
    print(
      `${environmentId}: the interpreter is ${python}, and this folder is the reproduction. Type exit to leave.`,
    );
    const wanted = command.length > 0 ? command : ['/bin/sh'];
    const limits = limitsOf(loaded.plan, environmentId);
    const container = script
      ? shellContainer({ image, command: python, env, script, ...limits }, wanted)
      : {
          image,
          command: wanted,
          env: { ...env, PYTHON: python },
          workdir: '/reproduction',
          ...limits,
        };
    return engine.interact({
      ...container,
      env: { ...container.env, PS1: `${environmentId}$ ` },
      terminal: {
        input: process.stdin,
        output: process.stdout,
        columns: process.stdout.columns,
        rows: process.stdout.rows,
      },
    });
  });
}
