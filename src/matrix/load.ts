/** Turns the text of matrix.yaml into a matrix, or into all of its errors. Pure. */
import { createHash } from 'node:crypto';
import type { Diagnostic } from '../yaml-file/diagnostic.ts';
import { loadYaml } from '../yaml-file/load-yaml.ts';
import { platformOf, type Platform } from '../platform.ts';
import { failed, ok, type Result } from '../result.ts';
import { schemaComplaints } from '../yaml-file/schema-complaints.ts';
import { assemble } from './assemble.ts';
import type { Matrix } from './matrix.ts';
import { matrixFileSchema } from './schema.ts';
import { keepWellFormedParts } from './well-formed.ts';

/**
 * Reads a matrix.
 *
 * @param text the whole file
 * @param path the file's path, for messages and the report
 * @param home the platform of the engine's host, which ids do not name; this machine's if not given
 * @returns a consistent matrix (nothing outside of the file was checked), or all visible mistakes
 *   in the order of the file. Mistakes of YAML hide all others, and a part of the wrong shape is
 *   not checked further.
 */
export function loadMatrix(
  text: string,
  path: string,
  home: Platform | undefined = platformOf(process.arch),
): Result<Matrix, readonly Diagnostic[]> {
  return loadYaml(text, path, (value) => {
    if (value === null) {
      return failed('the file is empty, but needs `version`, `bases`, `pythons` and `groups`');
    }
    const shape = matrixFileSchema.safeParse(value);
    const issues = shape.error?.issues ?? [];
    const { matrix, complaints } = assemble(keepWellFormedParts(value, shape), home);
    const all = [...schemaComplaints(matrixFileSchema, value, issues), ...complaints];
    if (all.length > 0) return failed(all);
    return ok({ path, sha256: createHash('sha256').update(text).digest('hex'), ...matrix });
  });
}
