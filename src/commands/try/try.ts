/** `matrix try WHAT`: where does this happen? */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { showTried, UNTESTABLE } from './finish-try.ts';
import { imagePlan } from './image-plan.ts';
import {
  bootstraps,
  loadPlan,
  manifestWithOptions,
  RECIPES,
  planSource,
  type PlanOptions,
} from '../../app/load-plan.ts';
import { loadReport } from '../../app/load-report.ts';
import { checkNaming, takeWhat } from '../../app/take-what.ts';
import { ruleSince } from './rules-since.ts';
import { triedCommand, type TryOptions } from './try-options.ts';
import { print } from '../../cli/print.ts';
import { printScriptLine } from '../../cli/script-output.ts';
import { withEmulation } from '../../app/with-emulation.ts';
import { withEngine } from '../../app/with-engine.ts';
import { withResults } from '../../app/with-results.ts';
import { DEFAULT_MATRIX } from '../../cli/options.ts';
import { withProgress } from '../../cli/progress-display.ts';
import { UserError } from '../../cli/user-error.ts';
import { readFolder } from '../../host/folder-content.ts';
import type { TakenIn } from '../../intake/take-in.ts';
import type { RunPlan } from '../../run/plan.ts';
import { shellWord } from '../../text/shell-word.ts';
import { joinRegistryRows } from '../../run/ask-registries.ts';
import { newRunId } from '../../run/run-folder.ts';
import { runMatrix } from '../../run/run-matrix.ts';
import { TOOL } from '../../tool.ts';

/** @returns the exit status */
export async function tryReport(
  what: string | undefined,
  args: readonly string[],
  options: TryOptions,
): Promise<number> {
  return withProgress(async (display, signal) => {
    checkNaming({ what, run: options.run });
    const taken = await ofCommit(options, async () => {
      const given = await takeWhat({ what, run: options.run, args }, signal);
      // Without the options, in which a mistake is the same for every commit.
      await manifestWithOptions(given.folder, undefined);
      return given;
    });
    const kept = options.results;
    const program = await programCommand();
    const results = kept ?? (await mkdtemp(join(tmpdir(), 'matrix-try-')));
    try {
      const tryCommand = (row: string, group = options.group) =>
        triedCommand(program, row, what, args, { ...options, group });
      const { plan, needsBootstrap } = await planOf(taken, options, tryCommand);
      const id = newRunId(new Date(), Math.random());
      return await withResults(results, id, async () => {
        const folder = join(results, 'runs', id);
        const report = await withEngine(options, needsBootstrap, signal, async (engine) => {
          const whole = await joinRegistryRows(engine, plan, { print, signal });
          return withEmulation(engine, whole.environments, options, () =>
            runMatrix({
              id,
              engine,
              plan: { ...whole, tryCommand },
              folder,
              tool: TOOL,
              emit: display.emit,
              refresh: false,
              signal,
            }),
          );
        });
        display.stop();
        return showTried(report, { ...options, results: kept, folder });
      });
    } finally {
      if (kept === undefined) await rm(results, { recursive: true, force: true });
    }
  });
}

/** In a bisection, a commit whose reproduction cannot be used is skipped. Other errors end the search. */
async function ofCommit<T>({ bisect }: TryOptions, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw bisect === true && error instanceof UserError
      ? new UserError(error.message, UNTESTABLE)
      : error;
  }
}

/** The command that starts this program from the working directory, as a shell reads it. */
async function programCommand(): Promise<string> {
  const own = fileURLToPath(new URL('../../../bin/matrix', import.meta.url));
  const here = await realpath(join('bin', 'matrix')).catch(() => undefined);
  return here === (await realpath(own)) ? 'bin/matrix' : shellWord(own);
}

async function planOf(
  taken: TakenIn,
  options: TryOptions,
  rowCommand: PlanOptions['rowCommand'],
): Promise<{ readonly plan: RunPlan; readonly needsBootstrap: boolean }> {
  const before =
    options.fixedSince === undefined ? { cells: [] } : await loadReport(options.fixedSince);
  const asAsked = (plan: RunPlan): RunPlan => ({
    ...plan,
    ruleFor: ruleSince(before, plan),
    onLine: options.output === true ? printScriptLine : undefined,
  });
  if (options.image !== undefined) {
    const manifest = await manifestWithOptions(taken.folder, options, taken.args);
    const scriptFolder = await readFolder(taken.folder, 'the reproduction');
    const given = {
      source: planSource(taken),
      reproduction: taken.folder,
      scriptFolder,
      recipes: [RECIPES],
    };
    return { plan: asAsked(imagePlan(options.image, manifest, given)), needsBootstrap: false };
  }
  const { plan, selection } = await loadPlan({
    ...options,
    matrix: options.matrix ?? DEFAULT_MATRIX,
    taken,
    rowCommand,
    script: options,
  });
  return { plan: asAsked(plan), needsBootstrap: bootstraps(selection) };
}
