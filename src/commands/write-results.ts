/** Puts a report's files into a folder, each whole or not at all. */
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Report } from '../model.ts';
import { FORMATS, type Format } from '../report/formats.ts';

/**
 * Writes every format. Throws the system's error where the disk is full.
 *
 * @param previous the report that this one's pages are compared with, if any
 */
export async function writeResults(
  folder: string,
  report: Report,
  previous?: Report,
): Promise<void> {
  for (const { file, render } of Object.values<Format>(FORMATS)) {
    await writeFileAtomic(join(folder, file), render(report, previous));
  }
}
