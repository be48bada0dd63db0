/** `matrix shell ENVIRONMENT`: the image of a row, to look around in, with a trial's limits. */
import { loadPlan, type PlanOptions } from '../app/load-plan.ts';
import type { EngineOptions } from '../app/with-engine.ts';
import { UserError } from '../cli/user-error.ts';
import { say, withImage } from '../app/with-image.ts';

/** @returns the shell's exit status */
export async function shell(
  environmentId: string,
  command: readonly string[],
  options: PlanOptions & EngineOptions,
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UserError('shell needs a terminal; bin/matrix rerun works without one');
  }
  const loaded = await loadPlan({ ...options, only: [environmentId] });
  const environment = loaded.plan.environments.find(({ id }) => id === environmentId);
  if (!environment) throw new UserError('shell takes one environment, without wildcards');
  return withImage(options, loaded, environment, async ({ engine, image, labels, env }) => {
    const { memoryBytes, pids } = loaded.plan.limitsFor(environmentId, '');
    const python = environment.python.command;
    say(`${environmentId}: the interpreter is ${python}, the reproduction is here; exit leaves`);
    return engine.interact({
      image,
      command: command.length > 0 ? command : ['/bin/sh'],
      env: { ...env, PYTHON: python, PS1: `${environmentId}$ ` },
      workdir: '/reproduction',
      labels,
      memoryBytes,
      pids,
      terminal: {
        input: process.stdin,
        output: process.stdout,
        columns: process.stdout.columns,
        rows: process.stdout.rows,
      },
    });
  });
}
