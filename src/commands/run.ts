/** `matrix run`: measures the matrix and writes its report. */
import { join } from 'node:path';
import { showProgress } from '../progress/show.ts';
import { runMatrix } from '../run/run-matrix.ts';
import { lockResults, newRunId } from '../run/run-folder.ts';
import { TOOL } from '../tool.ts';
import { finishRun } from './finish-run.ts';
import { onInterrupt } from './interrupt.ts';
import { bootstraps, loadPlan } from './load-plan.ts';
import type { Options } from './options.ts';
import { keepShardFile, partOf } from './shard-options.ts';
import { terminalOf, wantsLive } from './terminal.ts';
import { UserError } from './user-error.ts';
import { withEngine } from './with-engine.ts';

/** @returns the exit status */
export async function run(options: Options): Promise<number> {
  const { plan: whole, selection } = await loadPlan(options);
  const { plan, file } = await partOf(whole, options);
  const id = newRunId(new Date(), Math.random());
  const lock = await lockResults(options.results, id);
  if (lock.type === 'held') {
    throw new UserError(
      `${options.results} is in use by ${lock.by}; --results names another folder`,
    );
  }
  const display = showProgress(process.stderr, wantsLive(process.env, terminalOf(process.stderr)));
  const interruption = onInterrupt(() => {
    display.emit({ type: 'interrupted' });
  });
  try {
    const folder = join(options.results, 'runs', id);
    if (file) await keepShardFile(folder, file);
    const report = await withEngine(options, bootstraps(selection), interruption.signal, (engine) =>
      runMatrix({
        id,
        engine,
        plan,
        folder,
        tool: TOOL,
        emit: display.emit,
        refresh: options.refresh,
        ...(options.cache === undefined ? {} : { cache: options.cache }),
        ...(options.maxBaseAge === undefined
          ? {}
          : { basesSince: new Date(Date.now() - options.maxBaseAge * 1000) }),
        signal: interruption.signal,
      }),
    );
    display.stop();
    return await finishRun(options, folder, report);
  } finally {
    display.stop();
    interruption.stop();
    await lock.release();
  }
}
