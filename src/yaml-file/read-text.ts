/** A file's text from the disk, or in the words of a diagnostic why there is none. */
import { open } from 'node:fs/promises';
import type { Diagnostic } from './diagnostic.ts';
import { failed, ok, type Result } from '../result.ts';

/** Bytes of the largest file that is read. */
const LARGEST_FILE = 2 ** 20;

/** A path that is not a regular, readable text file. */
export interface RefusedFile {
  readonly diagnostics: readonly Diagnostic[];
  /** The text; empty if it could not be read. */
  readonly source: string;
}

/**
 * Reads a text of at most 1 MiB.
 *
 * @param path as the user gave it
 * @returns why it cannot be read, be it that it is missing, no file, too large or not UTF-8
 */
export async function readYamlText(path: string): Promise<Result<string, Diagnostic>> {
  const problem = (message: string): Result<string, Diagnostic> =>
    failed({ file: path, range: null, message });
  let bytes: Buffer;
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      // A device or a pipe may have no end.
      if (!stat.isFile()) return problem('this is not a file');
      if (stat.size > LARGEST_FILE) {
        return problem(`the file has ${stat.size} bytes, and at most ${LARGEST_FILE} are read`);
      }
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return problem(
      code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`,
    );
  }
  try {
    // A byte order mark is kept, so that the text's hash is the file's.
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return problem('the file is not UTF-8 text');
  }
}
