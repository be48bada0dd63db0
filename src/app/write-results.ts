/** Puts a report's files into a folder, each whole or not at all. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Report } from '../report/schema.ts';
import { FORMAT_NAMES, FORMATS } from '../formats/registry.ts';
import { renderParts } from './render.ts';

/**
 * Writes every format. Throws the system's error if the disk is full.
 *
 * @param previous the report that this one's pages are compared with, if any
 */
export async function writeResults(
  folder: string,
  report: Report,
  previous?: Report,
): Promise<void> {
  for (const name of FORMAT_NAMES) {
    await writeParts(join(folder, FORMATS[name].file), renderParts(name, report, previous));
  }
}

/**
 * Writes a file part by part, so that only the next part of a long text is in memory. Readers never
 * see a partial file: until the last part is on the disk, the path has its old content.
 *
 * @throws what the parts throw, or the system's error; then the path still has its old content
 */
export async function writeParts(path: string, parts: Iterable<string>): Promise<void> {
  const options: Options = {
    tmpfileCreated: (temporary) => writeFile(temporary, pieces(parts)),
  };
  await writeFileAtomic(path, '', options);
}

/** UTF-16 units that are written at a time. */
const PIECE = 128 * 1024;

/** Gathers a text's parts into pieces that are worth a write. */
function* pieces(parts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** The library's types omit that it awaits the function before it moves the file into place. */
interface Options {
  readonly tmpfileCreated: (temporary: string) => Promise<void>;
}
