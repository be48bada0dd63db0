/**
 * `matrix plan`: what a run would do. No engine is needed: one that is running is only asked whether a
 * registry answers, where rows depend on that.
 */
import { archiveText } from '../../matrix/archive-text.ts';
import { bootstraps, loadPlan } from '../../app/load-plan.ts';
import { BOOTSTRAP_PACKAGES, installCommand, missingPackages } from '../../host/debian-packages.ts';
import { quoted } from '../../text/names.ts';
import { quantity } from '../../text/quantity.ts';
import { linesOfWords } from '../../text/lines-of-words.ts';
import { leftOutText } from '../../report/left-out-text.ts';
import { scenariosInOrder } from '../../run/plan.ts';
import { layoutWidth } from '../../cli/terminal.ts';
import { UserError } from '../../cli/user-error.ts';
import type { ShardsOptions } from './plan-shards.ts';

/** @returns the exit status */
export async function plan(options: ShardsOptions): Promise<number> {
  const ofShards = (['format', 'output'] as const).find((name) => options[name] !== undefined);
  if (ofShards !== undefined && options.shards === undefined) {
    throw new UserError(`${quoted(`--${ofShards}`)} needs ${quoted('--shards N')}.`);
  }
  const loaded = await loadPlan(options);
  const { selection } = loaded;
  const needsRegistry = (loaded.plan.registryRows ?? []).length > 0;
  const runPlan = needsRegistry
    ? await (await import('./answered-rows.ts')).withAnsweredRows(loaded.plan)
    : loaded.plan;
  const { leftOut } = runPlan;
  if (options.shards !== undefined) {
    return (await import('./plan-shards.ts')).planOfShards(options, options.shards, runPlan);
  }
  const scenarios = scenariosInOrder(runPlan).map(({ id }) => id);
  const rows = runPlan.environments.map((environment) => ({
    environment: environment.id,
    sources: environment.base.sources.map((source) => {
      const from = source.archive ? ` from ${archiveText(source.archive)}` : '';
      return source.type === 'pull'
        ? `pull ${source.reference}${from && `, packages${from}`}`
        : `bootstrap Debian ${source.release}${from}`;
    }),
    recipe: environment.python.recipe,
    scenarios,
  }));
  const missing = bootstraps(selection)
    ? await missingPackages(BOOTSTRAP_PACKAGES, process.env)
    : [];
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ rows, excluded: selection.excluded, leftOut, missing }, null, 2)}\n`,
    );
    return 0;
  }
  const cells = rows.length * scenarios.length;
  const lines = [`${quantity(rows.length, 'environment')}, ${quantity(cells, 'cell')}`, ''];
  const width = layoutWidth();
  for (const row of rows) {
    lines.push(`${row.environment}  (${row.sources.join(', else ')}; recipe ${row.recipe})`);
  }
  // Once for all rows: a grid of sixty fills a screen.
  if (rows.length > 0)
    lines.push(...linesOfWords(scenarios, { width, first: '    ', rest: '    ' }));
  if (selection.excluded.length > 0) {
    lines.push('', 'left out:');
    for (const { id, reason } of selection.excluded) lines.push(`  ${id}: ${reason}`);
  }
  if (leftOut) lines.push('', leftOutText(leftOut));
  if (missing.length > 0) {
    lines.push(
      '',
      `Bases that no registry serves need packages that are not installed. Run: ${installCommand(missing)}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
