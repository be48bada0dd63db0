/** The rows of a plan that depend on whether a registry answers, as a running engine finds it. */
import { withRunningEngine } from '../../app/with-engine.ts';
import type { RunPlan } from '../../run/plan.ts';
import { leavingOut, withRegistryRows } from '../../run/registry-rows.ts';

/** The plan with the rows whose registries answer; without them if no engine is running. */
export async function withAnsweredRows(plan: RunPlan): Promise<RunPlan> {
  const { signal } = new AbortController();
  const leftOut = await withRunningEngine(signal, async (engine) => {
    const { askRegistries } = await import('../../run/ask-registries.ts');
    const { silent, unknown } = await askRegistries(engine, plan, signal);
    return [...silent, ...unknown];
  });
  const unasked =
    'they need a registry, and no container engine is running that could look whether one answers';
  return withRegistryRows(plan, leftOut ?? leavingOut(plan.registryRows, unasked));
}
