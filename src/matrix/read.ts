/** matrix.yaml from the disk: as little as possible, so that everything else can be tested without. */
import { open, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { renderDiagnostic, type Diagnostic } from './diagnostic.ts';
import { LARGEST_FILE, loadMatrix, tooLarge } from './load.ts';
import type { Matrix } from './matrix.ts';
import { failed, ok, type Result } from './result.ts';

/** A file that is no matrix. */
export interface RefusedFile {
  readonly diagnostics: readonly Diagnostic[];
  /** What was read; empty where nothing could be. */
  readonly source: string;
}

/**
 * Reads a matrix file.
 *
 * @param path of the file; messages and the report show it as it is given
 * @returns the matrix, or what is wrong with the file, be it that there is none
 */
export async function readMatrixFile(path: string): Promise<Result<Matrix, RefusedFile>> {
  const text = await readText(path);
  if (!text.ok) return failed({ diagnostics: [text.error], source: '' });
  const source = text.value;
  const matrix = loadMatrix(source, path);
  if (!matrix.ok) return failed({ diagnostics: matrix.error, source });
  const stray = await leadsOut(path, matrix.value.reproduction);
  return stray === null ? matrix : failed({ diagnostics: [stray], source });
}

/** All diagnostics of a file for a terminal, with an empty line between two. */
export function renderRefusal({ diagnostics, source }: RefusedFile): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source)).join('\n\n');
}

async function readText(path: string): Promise<Result<string, Diagnostic>> {
  const problem = (message: string): Result<string, Diagnostic> =>
    failed({ file: path, range: null, message });
  let bytes: Buffer;
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      // A device or a pipe may have no end.
      if (!stat.isFile()) return problem('this is not a file');
      if (stat.size > LARGEST_FILE) return failed(tooLarge(path, stat.size));
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return problem(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  }
  try {
    // A byte order mark is kept, so that the text's hash is the file's.
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return problem('it is not text in UTF-8');
  }
}

/** The reproduction's folder may be a symbolic link, but to a place beside the matrix file only. */
async function leadsOut(path: string, folder: string): Promise<Diagnostic | null> {
  const home = await realpath(dirname(path));
  const target = await realpath(join(home, folder)).catch(() => null);
  // A folder that is missing is the business of whoever reads it: another one may be asked for.
  if (target === null) return null;
  const way = relative(home, target);
  if (way !== '..' && !way.startsWith(`..${sep}`)) return null;
  const message = `the reproduction's folder \`${folder}\` is a symbolic link that leads out of the matrix file's folder`;
  return { file: path, range: null, message };
}
