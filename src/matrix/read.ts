/** matrix.yaml from the disk: as little as possible, so that everything else can be tested without. */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../yaml-file/diagnostic.ts';
import { readYamlText, type RefusedFile } from '../yaml-file/read-text.ts';
import type { Platform } from '../platform.ts';
import { failed, type Result } from '../result.ts';
import { loadMatrix } from './load.ts';
import type { Matrix } from './matrix.ts';

/**
 * Reads a matrix file.
 *
 * @param path of the file; messages and the report show it as it is given
 * @param home as in {@link loadMatrix}
 * @returns the matrix, or the problem with the file, be it that there is none
 */
export async function readMatrixFile(
  path: string,
  home?: Platform,
): Promise<Result<Matrix, RefusedFile>> {
  const text = await readYamlText(path);
  if (!text.ok) return failed({ diagnostics: [text.error], source: '' });
  const source = text.value;
  const matrix = loadMatrix(source, path, home);
  if (!matrix.ok) return failed({ diagnostics: matrix.error, source });
  const stray = await leadsOut(path, matrix.value.reproduction);
  return stray === null ? matrix : failed({ diagnostics: [stray], source });
}

/** The reproduction's folder may be a symbolic link, but to a place beside the matrix file only. */
async function leadsOut(path: string, folder: string): Promise<Diagnostic | null> {
  const home = await realpath(dirname(path));
  const target = await realpath(join(home, folder)).catch(() => null);
  // A missing folder is reported when it is read, because the user may choose another one.
  if (target === null) return null;
  const way = relative(home, target);
  if (way !== '..' && !way.startsWith(`..${sep}`)) return null;
  const message = `the reproduction's folder \`${folder}\` is a symbolic link that leads out of the matrix file's folder`;
  return { file: path, range: null, message };
}
