/** `matrix lock`: writes down what each row's image holds, for `matrix run --locked`. */
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { LABELS } from '../images/naming.ts';
import { listPackages } from '../pins/list-packages.ts';
import { renderLock, type LockedRow } from '../pins/lock-file.ts';
import { joinRegistryRows } from '../run/ask-registries.ts';
import { EXIT } from '../cli/exit-status.ts';
import { loadPlan, type PlanOptions } from '../app/load-plan.ts';
import { digestOfReproduction } from '../run/run-identity.ts';
import type { EngineOptions } from '../app/with-engine.ts';
import { limitsOf, reasonText, withPreparation } from '../app/with-image.ts';
import { print } from '../cli/print.ts';

interface LockOptions extends PlanOptions, EngineOptions {
  readonly refresh?: boolean | undefined;
  readonly output?: string | undefined;
}

/** @returns 0 if every row of the selection is locked, 3 if some was not available, 130 */
export async function lock(options: LockOptions): Promise<number> {
  const loaded = await loadPlan(options);
  const { plan } = loaded;
  const rows: Record<string, LockedRow> = {};
  let asked = plan.environments;
  const interrupted = await withPreparation(
    options,
    loaded,
    async ({ engine, prepare, signal }) => {
      asked = (await joinRegistryRows(engine, plan, { print, signal })).environments;
      for (const environment of asked) {
        const { id } = environment;
        const prepared = await prepare(environment);
        if (prepared.type !== 'ready') {
          print(`${id} could not be locked: ${reasonText(prepared)}`);
          continue;
        }
        const { reference, fingerprint, source, id: image } = prepared.image;
        const limits = limitsOf(plan, id, { [LABELS.run]: 'lock' });
        const listed = await listPackages(engine, image, limits, signal);
        if (listed.type !== 'packages') {
          print(`${id} could not be locked: ${reasonText(listed)}`);
          continue;
        }
        rows[id] = { reference, fingerprint, source, packages: listed.packages };
      }
      return signal.aborted;
    },
  );
  if (interrupted) return EXIT.interrupted;
  const path = options.output ?? join(dirname(options.matrix), 'matrix.lock.json');
  const reproduction = await digestOfReproduction(plan.reproduction);
  await writeFileAtomic(
    path,
    renderLock({ kind: 'lock', schema: 1, reproduction, platform: plan.home, environments: rows }),
  );
  const count = Object.keys(rows).length;
  print(`${path} locks ${count} of ${asked.length} rows.`);
  return count === asked.length ? 0 : EXIT.notMeasured;
}
