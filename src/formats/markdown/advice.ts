/** The table of advice as Markdown. Pure. */
import { adviceTable, adviceText, CAUTION, type Advice } from '../../analysis/advise.ts';
import { markdownTable } from '../../text/markdown-table.ts';
import { codeSpan, tableCell } from '../../text/markdown-text.ts';

/** The table of advice as Markdown, with what it means before it. */
export function adviceMarkdown(advice: readonly Advice[]): string {
  const { columns, rows } = adviceTable(advice);
  const table = markdownTable(
    [
      ['launcher', ...columns],
      ...rows.map(({ launcher, cells }) => [codeSpan(launcher), ...cells.map(adviceText)]),
    ].map((row) => row.map(tableCell)),
  );
  return `${CAUTION}\n\n${table}`;
}
