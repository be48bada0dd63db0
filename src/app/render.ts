/** Any format of a report, with the assets that pages need. */
import { FORMATS, type FormatName } from '../formats/registry.ts';
import type { Report } from '../report/schema.ts';
import { pageAssets } from './page-assets.ts';

/** The text of a format in parts. @param previous a report to compare with, which some formats show */
export function partsOf(name: FormatName, report: Report, previous?: Report): Iterable<string> {
  return FORMATS[name].parts(report, { previous, pageAssets });
}

/** As {@link partsOf}, all of the text. */
export function render(name: FormatName, report: Report, previous?: Report): string {
  return [...partsOf(name, report, previous)].join('');
}
