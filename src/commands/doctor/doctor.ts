/** `matrix doctor`: what a run needs, and for each thing that is wrong the command that mends it. */
import { EXIT } from '../../cli/exit-status.ts';
import {
  bootstrapFindings,
  cpuFinding,
  engineFinding,
  mirrorFinding,
  registryFindings,
  sandboxFinding,
  spaceFinding,
  type Finding,
} from './doctor-findings.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { loadPlan } from '../../app/load-plan.ts';
import type { Options } from '../../cli/options.ts';
import { UserError } from '../../cli/user-error.ts';
import { cacheFolder, withEngine } from '../../app/with-engine.ts';

/** @returns 0 where a run can start, 3 where something would keep cells from being measured */
export async function doctor(options: Options): Promise<number> {
  const findings: Finding[] = [];
  const interruption = onInterrupt(() => undefined);
  const { signal } = interruption;
  try {
    const { plan } = await loadPlan(options);
    await withEngine(options, true, signal, async (engine) => {
      // Side by side, since a mirror and a registry may need their whole time to say nothing.
      const [sandbox, space, mirror, registries, bootstrap] = await Promise.all([
        sandboxFinding(engine, plan, signal),
        spaceFinding(engine, cacheFolder(process.env)),
        mirrorFinding(signal),
        registryFindings(engine, plan, signal),
        bootstrapFindings(),
      ]);
      findings.push(engineFinding(engine), cpuFinding(engine), ...sandbox, space);
      findings.push(...bootstrap, mirror, ...registries);
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.status !== EXIT.noEngine) throw error;
    process.stdout.write(`✗ engine: ${error.message}\n`);
    throw new UserError('Nothing else was looked at: a run needs an engine.', EXIT.noEngine);
  } finally {
    interruption.stop();
  }
  // Either of the two serves a base.
  const unserved = findings
    .filter(({ what }) => what === 'archive' || what === 'registry')
    .every(({ state }) => state !== 'good');
  for (const { what, state, detail, mend } of findings) {
    const mark = { good: '✓', warning: '?', bad: '✗' }[state];
    process.stdout.write(
      `${mark} ${what}: ${detail}\n${mend === undefined ? '' : `    ${mend}\n`}`,
    );
  }
  if (unserved) {
    process.stdout.write(
      '✗ bases: neither the archive nor a registry answers: only images that are there already can be used\n',
    );
  }
  return unserved || findings.some(({ state }) => state === 'bad') ? EXIT.notMeasured : 0;
}
