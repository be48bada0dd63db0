/** `matrix lock`: writes down what each row's image holds, for `matrix run --locked`. */
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { containerLabels, LABELS } from '../images/naming.ts';
import { listPackages } from '../pins/list-packages.ts';
import { renderLock, type LockedRow } from '../pins/lock-file.ts';
import { EXIT } from '../cli/exit-status.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { bootstraps, loadPlan } from '../app/load-plan.ts';
import { digestOfReproduction } from '../app/locked-option.ts';
import type { Options } from '../cli/options.ts';
import { withEngine } from '../app/with-engine.ts';
import { prepareAloud, say } from '../app/with-image.ts';

/** @returns 0 where every row of the selection is locked, 3 where some could not be had, 130 */
export async function lock(options: Options): Promise<number> {
  const { plan, selection } = await loadPlan(options);
  const interruption = onInterrupt(() => {
    say('interrupted');
  });
  const { signal } = interruption;
  const rows: Record<string, LockedRow> = {};
  try {
    await withEngine(options, bootstraps(selection), signal, async (engine) => {
      const prepare = await prepareAloud(engine, plan, signal, options.refresh);
      const labels = containerLabels({ [LABELS.run]: 'lock' });
      for (const environment of plan.environments) {
        const { id } = environment;
        const prepared = await prepare(environment);
        if (prepared.type !== 'ready') {
          say(`${id} is not locked: ${'reason' in prepared ? prepared.reason : 'interrupted'}`);
          continue;
        }
        const { memoryBytes, pids } = plan.limitsFor(id, '');
        const { image } = prepared;
        const listed = await listPackages(engine, image.id, { labels, memoryBytes, pids }, signal);
        if (listed.type !== 'packages') {
          say(`${id} is not locked: ${'reason' in listed ? listed.reason : 'interrupted'}`);
          continue;
        }
        const { reference, fingerprint, source } = image;
        rows[id] = { reference, fingerprint, source, packages: listed.packages };
      }
    });
  } finally {
    interruption.stop();
  }
  if (signal.aborted) return EXIT.interrupted;
  const path = options.output ?? join(dirname(options.matrix), 'matrix.lock.json');
  const reproduction = await digestOfReproduction(plan.reproduction);
  await writeFileAtomic(
    path,
    renderLock({ kind: 'lock', schema: 1, reproduction, environments: rows }),
  );
  const count = Object.keys(rows).length;
  say(`${path}: ${count} of ${plan.environments.length} rows are locked`);
  return count === plan.environments.length ? 0 : EXIT.notMeasured;
}
