/** Every format that a report can be written in, by the name that `matrix report --format` takes. Pure. */
import type { Report } from '../report/schema.ts';
import { renderBadgeJson, renderBadgeSvg } from './badge.ts';
import { csvParts } from './csv.ts';
import { renderGithubSummary } from './github/summary.ts';
import type { PageAssets } from './html/html-parts.ts';
import { htmlParts } from './html/report-page.ts';
import { jsonParts } from '../report/json.ts';
import { junitParts } from './junit.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { renderPicture } from './picture/picture.ts';

/** The input of formats besides the report. */
interface FormatContext {
  /** A report to compare with, which some formats show. */
  readonly previous?: Report | undefined;
  readonly pageAssets: () => PageAssets;
}

/** A format: the name of its file in results/, and what makes the file's text. */
interface Format {
  readonly file: string;
  /** Gives the text in parts, so that only the next part of a large report is in memory. */
  readonly parts: (report: Report, context: FormatContext) => Iterable<string>;
}

export const FORMATS = {
  json: { file: 'report.json', parts: jsonParts },
  markdown: { file: 'report.md', parts: (report) => [renderMarkdown(report)] },
  html: {
    file: 'report.html',
    parts: (report, { pageAssets, previous }) => htmlParts(report, pageAssets(), previous),
  },
  csv: { file: 'report.csv', parts: csvParts },
  junit: { file: 'junit.xml', parts: junitParts },
  picture: { file: 'picture.svg', parts: (report) => [renderPicture(report)] },
  'badge-svg': { file: 'badge.svg', parts: (report) => [renderBadgeSvg(report)] },
  'badge-json': { file: 'badge.json', parts: (report) => [renderBadgeJson(report)] },
  'github-summary': { file: 'summary.md', parts: (report) => [renderGithubSummary(report)] },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
