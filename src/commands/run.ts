/** `matrix run`: measures the matrix and writes its report. */
import { join } from 'node:path';
import { showProgress } from '../progress/show.ts';
import { renderJson } from '../report/json.ts';
import { renderTerminal } from '../report/terminal.ts';
import { runMatrix } from '../run/run-matrix.ts';
import { lockResults, newRunId, pointLatest } from '../run/run-folder.ts';
import { TOOL } from '../tool.ts';
import { exitStatus } from './exit-status.ts';
import { onInterrupt } from './interrupt.ts';
import { bootstraps, loadPlan } from './load-plan.ts';
import type { Options } from './options.ts';
import { previousReport, recordRun } from './record-run.ts';
import { terminalOf, wantsColor, wantsLive, widthOf } from './terminal.ts';
import { UserError } from './user-error.ts';
import { withEngine } from './with-engine.ts';
import { writeResults } from './write-results.ts';

/** @returns the exit status */
export async function run(options: Options): Promise<number> {
  const { plan, selection } = await loadPlan(options);
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
    const report = await withEngine(options, bootstraps(selection), interruption.signal, (engine) =>
      runMatrix({
        id,
        engine,
        plan,
        folder,
        tool: TOOL,
        emit: display.emit,
        refresh: options.refresh,
        signal: interruption.signal,
      }),
    );
    display.stop();
    // Cells of another reproduction are others, even where their ids are the same.
    const hasHistory = options.reproduction === undefined;
    const previous = hasHistory ? await previousReport(options.results, report) : undefined;
    await writeResults(folder, report, previous);
    await pointLatest(options.results, id);
    const unrecorded = hasHistory ? await recordRun(options.results, report) : undefined;
    if (unrecorded !== undefined) process.stderr.write(`${unrecorded}\n`);
    const terminal = terminalOf(process.stdout);
    process.stdout.write(
      options.json
        ? renderJson(report)
        : renderTerminal(report, {
            width: widthOf(terminal),
            color: wantsColor(options.color, process.env, terminal),
          }),
    );
    process.stderr.write(`report: ${join(options.results, 'latest', 'report.md')}\n`);
    return exitStatus(report, options.requireAll);
  } finally {
    display.stop();
    interruption.stop();
    await lock.release();
  }
}
