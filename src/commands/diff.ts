/** `matrix diff OLD NEW`: what changed between two runs, or between the baseline and a run. */
import { diffReports, isUnchanged } from '../comparison/diff.ts';
import { renderDiffMarkdown, renderDiffTerminal } from '../comparison/diff-text.ts';
import { loadSnapshot } from '../app/load-report.ts';
import type { Options } from '../cli/options.ts';
import { textFormat } from '../cli/text-format.ts';
import { terminalOf, widthOf } from '../cli/terminal.ts';
import { UserError } from '../cli/user-error.ts';

/** @returns 0 where nothing changed but figures and circumstances, 1 where something did */
export async function diff(options: Options): Promise<number> {
  const format = textFormat(options);
  const [oldPath, newPath, ...more] = options.positionals;
  if (oldPath === undefined || newPath === undefined || more.length > 0) {
    throw new UserError(
      'diff takes two reports, such as: bin/matrix diff results/baseline.json results/latest',
    );
  }
  const difference = diffReports(await loadSnapshot(oldPath), await loadSnapshot(newPath));
  process.stdout.write(
    {
      terminal: () => renderDiffTerminal(difference, widthOf(terminalOf(process.stdout))),
      markdown: () => renderDiffMarkdown(difference),
      json: () => `${JSON.stringify(difference, null, 2)}\n`,
    }[format](),
  );
  return isUnchanged(difference) ? 0 : 1;
}
