/** Every format that a report can be written in, by the name that `matrix report --format` takes. */
import type { Report } from '../model.ts';
import { renderBadgeJson, renderBadgeSvg } from './badge.ts';
import { csvParts } from './csv.ts';
import { renderGithubSummary } from './github/summary.ts';
import { htmlParts } from './html/report-page.ts';
import { jsonParts } from '../report/json.ts';
import { junitParts } from './junit.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { renderPicture } from './picture/picture.ts';

/** A format: the name of its file in results/, and what makes the file's text. */
export interface Format {
  readonly file: string;
  /**
   * Gives the text in parts, so that no more of a large report is in memory than is written next.
   *
   * @param previous a report to compare with, which some formats show
   */
  readonly parts: (report: Report, previous?: Report) => Iterable<string>;
  /** Gives all of the text. */
  readonly render: (report: Report, previous?: Report) => string;
}

export const FORMATS = {
  json: format('report.json', jsonParts),
  markdown: format('report.md', (report) => [renderMarkdown(report)]),
  html: format('report.html', (report, previous) =>
    htmlParts(report, previous && { baseline: previous }),
  ),
  csv: format('report.csv', csvParts),
  junit: format('junit.xml', junitParts),
  picture: format('picture.svg', (report) => [renderPicture(report)]),
  'badge-svg': format('badge.svg', (report) => [renderBadgeSvg(report)]),
  'badge-json': format('badge.json', (report) => [renderBadgeJson(report)]),
  'github-summary': format('summary.md', (report) => [renderGithubSummary(report)]),
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

function format(file: string, parts: Format['parts']): Format {
  return { file, parts, render: (report, previous) => [...parts(report, previous)].join('') };
}
