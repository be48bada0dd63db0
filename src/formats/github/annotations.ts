/** The annotations of a GitHub workflow: unexpected verdicts first. Pure. */
import type { Cell, Report } from '../../report/schema.ts';
import { isUnexpected } from '../../report/summary.ts';
import { visibleLine } from '../../text/visible-text.ts';

/** GitHub shows ten of a kind for each step. */
const MOST = 10;

/**
 * The commands that annotate unexpected verdicts and missing cells and shards; empty if there are
 * none. Output of containers cannot end a annotation or begin another one.
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions": `%`, CR and LF are escapedData in messages,
 * colons and commas also in properties.
 */
export function githubAnnotations(report: Report): string {
  const unexpected = report.cells.filter(isUnexpected);
  const shown = unexpected.slice(0, unexpected.length > MOST ? MOST - 1 : MOST);
  const left = unexpected.length - shown.length;
  const more = `${left} more unexpected verdicts are in the report`;
  const lines = [
    ...shown.map((cell) => annotation('error', report, `unexpected ${cell.verdict}`, textOf(cell))),
    ...(left > 0 ? [annotation('error', report, 'unexpected', more)] : []),
    ...(report.run.merged?.missing ?? [])
      .slice(0, MOST)
      .map(({ shard, reason }) =>
        annotation('warning', report, 'missing', `shard ${shard} is missing: ${reason}`),
      ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function textOf(cell: Cell): string {
  const figures = `${cell.failures} of ${cell.exposed} exposed calls failed`;
  return `${cell.environment} ${cell.scenario}: ${cell.verdict}, expected ${String(cell.expected)}; ${figures}`;
}

function annotation(kind: string, { run }: Report, title: string, message: string): string {
  const properties = `file=${property(run.matrix.path)},title=${property(title)}`;
  return `::${kind} ${properties}::${escapedData(visibleLine(message))}`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escapedData(visibleLine(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
