/** Which run a new one is compared with. Pure. */
import { homePlatform } from '../report/seen-from.ts';
import { lineSeenFrom, NO_CELL, type RunLine } from './run-line.ts';
import { cellKey } from '../report/cell-key.ts';

/**
 * The run that a new one is compared with: of those of the same matrix that finished, the one that
 * has most of its cells, and of several the newest. So a run of a part of the matrix does not make
 * everything else look new, and an interrupted one does not make its missing cells look changed.
 *
 * @param runs from the oldest to the newest
 * @returns its id; undefined if no run has any of the cells
 */
export function previousRun(runs: readonly RunLine[], next: RunLine): string | undefined {
  const cells = cellsOf(next);
  let best: { readonly id: string; readonly shared: number } | undefined;
  const home = homePlatform(next.run);
  for (const line of runs.map((one) => lineSeenFrom(one, home))) {
    const { id, complete, matrix } = line.run;
    if (id === next.run.id || !complete || matrix.path !== next.run.matrix.path) continue;
    const shared = [...cellsOf(line)].filter((cell) => cells.has(cell)).length;
    if (shared > 0 && shared >= (best?.shared ?? 0)) best = { id, shared };
  }
  return best?.id;
}

function cellsOf({ scenarios, rows }: RunLine): ReadonlySet<string> {
  return new Set(
    rows.flatMap(({ id, verdicts }) =>
      scenarios
        .filter((_, index) => verdicts.charAt(index) !== NO_CELL)
        .map((scenario) => cellKey(id, scenario)),
    ),
  );
}
