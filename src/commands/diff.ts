/** `matrix diff OLD NEW`: what changed between two runs, or between the baseline and a run. */
import { diffReports, isUnchanged } from '../comparison/diff.ts';
import { renderDiffMarkdown, renderDiffTerminal } from '../comparison/diff-text.ts';
import { loadSnapshot } from '../app/load-report.ts';
import type { TextFormat } from '../cli/options.ts';
import { layoutWidth } from '../cli/terminal.ts';

/** @returns 0 if nothing changed but figures and circumstances, 1 where something did */
export async function diff(
  oldPath: string,
  newPath: string,
  { format }: { readonly format: TextFormat },
): Promise<number> {
  const difference = diffReports(await loadSnapshot(oldPath), await loadSnapshot(newPath));
  process.stdout.write(
    {
      terminal: () => renderDiffTerminal(difference, layoutWidth()),
      markdown: () => renderDiffMarkdown(difference),
      json: () => `${JSON.stringify(difference, null, 2)}\n`,
    }[format](),
  );
  return isUnchanged(difference) ? 0 : 1;
}
