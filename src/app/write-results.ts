/** Puts a report's files into a folder, each whole or not at all. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Report } from '../report/schema.ts';
import { FORMATS, type Format } from '../formats/registry.ts';
import { piecesInTurns } from '../run/turns.ts';

/**
 * Writes every format, with turns for everything else that goes on meanwhile. Throws the system's error
 * where the disk is full.
 *
 * @param previous the report that this one's pages are compared with, if any
 */
export async function writeResults(
  folder: string,
  report: Report,
  previous?: Report,
): Promise<void> {
  for (const { file, parts } of Object.values<Format>(FORMATS)) {
    await writeParts(join(folder, file), parts(report, previous));
  }
}

/**
 * Writes a file part by part, so that no more of a long text is in memory than is written next. Nobody
 * sees a part of it: until the last one is on the disk, the path has what it had before.
 *
 * @throws what the parts throw, or the system's error; then the path still has what it had before
 */
export async function writeParts(path: string, parts: Iterable<string>): Promise<void> {
  const options: Options = {
    tmpfileCreated: (temporary) => writeFile(temporary, piecesInTurns(parts)),
  };
  await writeFileAtomic(path, '', options);
}

/** What its types leave out: that it waits for the function before the file goes to its place. */
interface Options {
  readonly tmpfileCreated: (temporary: string) => Promise<void>;
}
