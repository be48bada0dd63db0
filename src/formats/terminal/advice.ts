/** Advice in words and tables: for a terminal, and for Markdown. Pure. */
import { adviceTable, adviceText, type Advice, CAUTION } from '../../analysis/advise.ts';
import { visibleLine } from '../../text/visible-text.ts';
import { wrapped } from '../../text/wrapped.ts';
import { fittingTables } from '../../text/text-table.ts';

/**
 * The advice for a terminal: a table of launchers against mutations, and the launchers that were safe
 * against everything that was tried.
 *
 * @param width columns of the terminal
 * @returns text that ends with a line break and has no other control characters
 */
export function renderAdviceTerminal(advice: readonly Advice[], width: number): string {
  const { columns, rows } = adviceTable(advice);
  if (rows.length === 0) return 'There is no scenario to advise about.\n';
  const table = [
    ['launcher', ...columns],
    ...rows.map(({ launcher, cells }) => [visibleLine(launcher), ...cells.map(adviceText)]),
  ];
  return `${[
    wrapped(CAUTION, width).join('\n'),
    ...fittingTables(table, 1, width),
    wrapped(visibleLine(safeText(advice)), width).join('\n'),
  ].join('\n\n')}\n`;
}

/** Which launchers were safe against everything that was tried. */
function safeText(advice: readonly Advice[]): string {
  const { rows } = adviceTable(advice);
  const safe = rows.filter(({ cells }) => {
    const standings = cells.map((cell) => cell?.standing ?? 'untried');
    return (
      standings.includes('safe') && standings.every((one) => one === 'safe' || one === 'untried')
    );
  });
  return safe.length === 0
    ? 'No launcher was safe against everything that was tried.'
    : `Safe against everything that was tried: ${safe.map(({ launcher }) => launcher).join(', ')}.`;
}
