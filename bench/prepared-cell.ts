/** One cell's image and limits, for benchmarks that measure a cell over and over. */
import { loadPlan } from '../src/app/load-plan.ts';
import { cacheFolder } from '../src/app/with-engine.ts';
import { prepareAloud } from '../src/app/with-image.ts';
import type { Engine } from '../src/engine/engine.ts';
import { containerLabels } from '../src/images/naming.ts';
import type { CellRequest } from '../src/run/measure-cell.ts';
import { openedEngine } from './opened-engine.ts';

export interface PreparedCell {
  readonly engine: Engine;
  readonly request: CellRequest;
}

/** Opens the engine, prepares the image, hands over the cell, and closes the engine. */
export async function withCell<T>(
  environmentId: string,
  scenarioId: string,
  use: (prepared: PreparedCell) => Promise<T>,
): Promise<T> {
  const { signal } = new AbortController();
  const only = [environmentId, scenarioId];
  const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: undefined, only, skip: [] });
  const environment = plan.environments.find(({ id }) => id === environmentId);
  const scenario = plan.scenarios.find(({ id }) => id === scenarioId);
  if (!environment || !scenario) throw new Error(`matrix.yaml has no ${only.join(' ')}`);
  const engine = await openedEngine(cacheFolder(process.env));
  try {
    const prepare = await prepareAloud(engine, plan, signal);
    const prepared = await prepare(environment);
    if (prepared.type !== 'ready') throw new Error(`no image: ${JSON.stringify(prepared)}`);
    return await use({
      engine,
      request: {
        environment: environmentId,
        scenario,
        image: prepared.image.id,
        command: environment.python.command,
        rule: plan.ruleFor(environmentId, scenarioId),
        limits: plan.limitsFor(environmentId, scenarioId),
        rerun: '',
        expected: null,
        control: { type: scenario.control === undefined ? 'none' : 'clean' },
        cpuset: '0,1',
        labels: containerLabels(),
        env: {},
        onTrial: () => undefined,
      },
    });
  } finally {
    await engine.close();
  }
}
