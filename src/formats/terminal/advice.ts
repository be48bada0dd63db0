/** Advice in words and tables, for a terminal. Pure. */
import { adviceInWords, adviceTable, adviceText, type Advice } from '../../analysis/advise.ts';
import type { Report } from '../../report/schema.ts';
import { visibleLine } from '../../text/visible-text.ts';
import { wrapped } from '../../text/wrapped.ts';
import { fittingTables } from '../../text/text-table.ts';

/**
 * The advice for a terminal: a table of launchers against mutations, a sentence for each launcher, and
 * what to do.
 *
 * @param environments those that the advice is about
 * @param width columns of the terminal
 * @returns text that ends with a line break and has no other control characters
 */
export function renderAdviceTerminal(
  advice: readonly Advice[],
  environments: Report['environments'],
  width: number,
): string {
  const { columns, rows } = adviceTable(advice);
  if (rows.length === 0) return 'There is no scenario to advise about.\n';
  const table = [
    ['launcher', ...columns],
    ...rows.map(({ launcher, cells }) => [visibleLine(launcher), ...cells.map(adviceText)]),
  ];
  const { caution, launchers, recommendation } = adviceInWords(advice, environments);
  const paragraph = (text: string) => wrapped(visibleLine(text), width).join('\n');
  return `${[
    paragraph(caution),
    ...fittingTables(table, 1, width),
    launchers
      .flatMap(({ launcher, text }) =>
        wrapped(visibleLine(`${launcher}: ${text}`), width, '• ', '  '),
      )
      .join('\n'),
    paragraph(recommendation),
  ].join('\n\n')}\n`;
}
