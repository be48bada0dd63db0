/** Every format that a report can be written in, by the name that `matrix report --format` takes. */
import type { Report } from '../model.ts';
import { renderBadgeJson, renderBadgeSvg } from './badge.ts';
import { renderCsv } from './csv.ts';
import { renderGithubSummary } from './github-summary.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPicture } from './picture.ts';

/** A format: the name of its file in results/, and the function that makes the file's text. */
export interface Format {
  readonly file: string;
  /** @param previous a report to compare with, which some formats show */
  readonly render: (report: Report, previous?: Report) => string;
}

function renderPage(report: Report, previous?: Report): string {
  return renderHtml(report, previous && { baseline: previous });
}

export const FORMATS = {
  json: { file: 'report.json', render: renderJson },
  markdown: { file: 'report.md', render: renderMarkdown },
  html: { file: 'report.html', render: renderPage },
  csv: { file: 'report.csv', render: renderCsv },
  junit: { file: 'junit.xml', render: renderJunit },
  picture: { file: 'picture.svg', render: renderPicture },
  'badge-svg': { file: 'badge.svg', render: renderBadgeSvg },
  'badge-json': { file: 'badge.json', render: renderBadgeJson },
  'github-summary': { file: 'summary.md', render: renderGithubSummary },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;
