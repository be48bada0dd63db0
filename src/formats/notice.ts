/** A few lines for a mail or a chat; nothing at all where there is no news. Pure. */
import type { Report } from '../report/schema.ts';
import { headline } from '../analysis/headline.ts';
import { diffReports, type ReportDiff } from '../comparison/diff.ts';
import { isUnexpected, isConclusive } from '../report/summary.ts';
import { summaryText } from '../report/run-text.ts';
import { quantity } from '../text/quantity.ts';
import { shortened, visibleLine } from '../text/visible-text.ts';

const MOST_LINES = 10;
const LONGEST_LINE = 300;

/**
 * News for people who do not read reports: unexpected verdicts, changes since the earlier run,
 * cells that could not be measured, shards that are missing.
 *
 * @param previous the run that this one is compared with, if any
 * @returns plain text of at most some twenty lines; empty if nothing of that happened
 */
export function renderNotice(report: Report, previous?: Report): string {
  const news = [
    ...limited(
      report.cells
        .filter(isUnexpected)
        .map(
          ({ environment, scenario, verdict, expected }) =>
            `unexpected: ${environment} ${scenario}: ${verdict}, expected ${String(expected)}`,
        ),
    ),
    ...(previous ? limited(changes(diffReports(previous, report))) : []),
    ...limited(
      (report.run.merged?.missing ?? []).map(
        ({ shard, reason }) => `missing: shard ${shard}: ${reason}`,
      ),
    ),
    ...(report.run.complete || report.run.merged ? [] : ['the run was interrupted']),
    ...undecided(report),
  ].map((line) => shortened(visibleLine(line), LONGEST_LINE));
  if (news.length === 0) return '';
  const title = `${report.run.matrix.path}, run ${report.run.id}: ${summaryText(report)}`;
  return [title, headline(report), ...news, ''].map((line) => visibleLine(line)).join('\n');
}

/** Verdicts that were decided both times or got lost, and rows whose C library or Python moved. */
function changes({ verdicts, rows, leftOut }: ReportDiff): string[] {
  return [
    ...verdicts
      .filter(({ before, after }) => isConclusive(before) || isConclusive(after))
      .map(
        ({ environment, scenario, before, after }) =>
          `changed: ${environment} ${scenario}: ${before} before, ${after} now`,
      ),
    ...rows.changed.flatMap(({ environment, facts }) => {
      const moved = facts.filter(
        ({ name, after }) => after !== '?' && name !== 'image' && name !== "Python's build",
      );
      const text = moved.map(({ name, before, after }) => `${name} ${before} before, ${after} now`);
      return text.length === 0 ? [] : [`version: ${environment}: ${text.join('; ')}`];
    }),
    ...rows.gone.map((row) => `gone: ${row} is no longer in the matrix`),
    ...(leftOut.after.length === 0
      ? []
      : [`left out: ${quantity(leftOut.after.length, 'row')}, because no registry answered`]),
  ];
}

function undecided({ summary }: Report): string[] {
  const { error, inconclusive } = summary;
  const counts = [
    ...(error > 0 ? [`${error} with an error`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ];
  return counts.length === 0 ? [] : [`not measured: ${counts.join(', ')}`];
}

function limited(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more of these`];
}
