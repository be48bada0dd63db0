/** Which passes do not count: those of a host that has not shown that it can show the race. Pure. */
import type { Cell, Report } from '../report/schema.ts';
import { isControl } from '../analysis/control.ts';
import type { PlannedCell } from './shard-plan.ts';

/** A report, as a part of a larger one. */
interface LabelledReport {
  /** `2/5`, or `run <id>`. */
  readonly label: string;
  readonly report: Pick<Report, 'cells' | 'environments' | 'run'>;
}

const REASON =
  'Did not reproduce, but nothing failed on this host, which may be unable to show the race, ' +
  'whatever other hosts have shown.';

/**
 * The cells of all parts, where the passes of a part in which nothing failed are inconclusive if there
 * was something to be seen: a failure in another part, or a cell that is expected to fail. Without any
 * of these no part is worse than the others, and each has its own warning already.
 *
 * @param planned every cell of the whole
 */
export function judgeInsensitiveHosts(
  parts: readonly LabelledReport[],
  scenarios: Report['scenarios'],
  planned: readonly PlannedCell[],
): { readonly cells: readonly Cell[]; readonly warnings: readonly string[] } {
  const controls = new Set(scenarios.filter(isControl).map(({ id }) => id));
  const isAssay = ({ scenario }: Pick<Cell, 'scenario'>) => !controls.has(scenario);
  const showsIt = ({ cells, environments, run }: LabelledReport['report']) => {
    const emulated = new Set(
      environments.filter((row) => row.emulated === true).map(({ id }) => id),
    );
    return cells.some(
      (cell) =>
        isAssay(cell) &&
        cell.verdict === 'fail' &&
        // A failure under emulation proves nothing about the host itself, unless timing does not matter.
        (run.emulation === 'fine' || !emulated.has(cell.environment)),
    );
  };
  const all = parts.flatMap(({ report }) => report.cells);
  // A script may show a bug that is no race, and that only some rows have.
  const isScript = parts.some(({ report }) => report.run.counts === 'runs');
  const isToBeSeen =
    (!isScript && parts.some(({ report }) => showsIt(report))) ||
    [...all, ...planned].some((cell) => isAssay(cell) && cell.expected === 'fail');
  if (!isToBeSeen) return { cells: all, warnings: [] };
  const warnings: string[] = [];
  const cells = parts.flatMap(({ label, report }) => {
    const passes = report.cells.filter((cell) => isAssay(cell) && cell.verdict === 'pass');
    if (showsIt(report) || passes.length === 0) return report.cells;
    warnings.push(
      `Nothing failed in ${/^\d/.test(label) ? `shard ${label}` : label}, so nothing shows that its ` +
        `host can show the race: ${passes.length === 1 ? 'its pass is' : `its ${passes.length} passes are`} inconclusive.`,
    );
    return report.cells.map((cell): Cell =>
      passes.includes(cell) ? { ...cell, verdict: 'inconclusive', reason: REASON } : cell,
    );
  });
  return { cells, warnings };
}
