/** Any format of a report, with the assets that pages need. */
import { FORMATS, type FormatName } from '../formats/registry.ts';
import type { Report } from '../report/schema.ts';
import { loadPageAssets } from './page-assets.ts';

/** The text of a format in parts. @param previous a report to compare with, which some formats show */
export function renderParts(name: FormatName, report: Report, previous?: Report): Iterable<string> {
  return FORMATS[name].parts(report, { previous, pageAssets: loadPageAssets });
}

/** As {@link renderParts}, all of the text. */
export function render(name: FormatName, report: Report, previous?: Report): string {
  return [...renderParts(name, report, previous)].join('');
}
