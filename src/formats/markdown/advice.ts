/** The table of advice as Markdown. Pure. */
import { adviceInWords, adviceTable, adviceText, type Advice } from '../../analysis/advise.ts';
import type { Report } from '../../report/schema.ts';
import { markdownTable } from '../../text/markdown-table.ts';
import { codeSpan, markdownLine, tableCell } from '../../text/markdown-text.ts';

/**
 * The table of advice as Markdown, with its meaning before it, and a sentence for each launcher and
 * the advice after it.
 *
 * @param environments those that the advice is about
 */
export function adviceMarkdown(
  advice: readonly Advice[],
  environments: Report['environments'],
): string {
  const { columns, rows } = adviceTable(advice);
  const table = markdownTable(
    [
      ['launcher', ...columns],
      ...rows.map(({ launcher, cells }) => [codeSpan(launcher), ...cells.map(adviceText)]),
    ].map((row) => row.map(tableCell)),
  );
  const { caution, launchers, recommendation } = adviceInWords(advice, environments);
  return [
    caution,
    table,
    launchers
      .map(({ launcher, text }) => `- ${codeSpan(launcher)}: ${markdownLine(text)}`)
      .join('\n'),
    markdownLine(recommendation),
  ].join('\n\n');
}
