/**
 * `matrix doctor`: checks the requirements of a run, and names for each problem the command that
 * fixes it.
 */
import type { Engine } from '../../engine/engine.ts';
import type { RunPlan } from '../../run/plan.ts';
import { EXIT } from '../../cli/exit-status.ts';
import {
  bootstrapFindings,
  cpuFinding,
  engineFinding,
  mirrorFinding,
  platformFinding,
  registryFindings,
  sandboxFinding,
  spaceFinding,
  type Diagnosis,
} from './doctor-findings.ts';
import { interruptible } from '../../cli/interrupt.ts';
import { loadPlan, type PlanOptions } from '../../app/load-plan.ts';
import { UserError } from '../../cli/user-error.ts';
import { cacheFolder, withEngine, type EngineOptions } from '../../app/with-engine.ts';

/** @returns 0 if a run can start, 3 where something would keep cells from being measured */
export async function doctor(options: PlanOptions & EngineOptions): Promise<number> {
  const { plan } = await loadPlan(options);
  let findings: readonly Diagnosis[];
  try {
    findings = await interruptible(
      () => undefined,
      (signal) => withEngine(options, true, signal, (engine) => look(engine, plan, signal)),
    );
  } catch (error) {
    if (!(error instanceof UserError) || error.status !== EXIT.noEngine) throw error;
    process.stdout.write(`✗ engine: ${error.message}\n`);
    throw new UserError('Nothing else was checked, because a run needs an engine.', EXIT.noEngine);
  }
  // Either of the two serves a base.
  const unserved = findings
    .filter(({ what }) => what === 'archive' || what === 'registry')
    .every(({ state }) => state !== 'good');
  for (const { what, state, detail, fix } of findings) {
    const mark = { good: '✓', warning: '?', bad: '✗' }[state];
    process.stdout.write(`${mark} ${what}: ${detail}\n${fix === undefined ? '' : `    ${fix}\n`}`);
  }
  if (unserved) {
    process.stdout.write(
      '✗ bases: neither the archive nor a registry is reachable, so only existing images can be used\n',
    );
  }
  return unserved || findings.some(({ state }) => state === 'bad') ? EXIT.notMeasured : 0;
}

async function look(engine: Engine, plan: RunPlan, signal: AbortSignal): Promise<Diagnosis[]> {
  // In parallel, because a mirror and a registry may need their whole time to answer.
  const [platforms, sandbox, space, mirror, registries, bootstrap] = await Promise.all([
    platformFinding(engine, plan),
    sandboxFinding(engine, plan, signal),
    spaceFinding(engine, cacheFolder(process.env)),
    mirrorFinding(signal),
    registryFindings(engine, plan, signal),
    bootstrapFindings(),
  ]);
  const here = [engineFinding(engine), cpuFinding(engine), platforms, ...sandbox, space];
  return [...here, ...bootstrap, mirror, ...registries];
}
