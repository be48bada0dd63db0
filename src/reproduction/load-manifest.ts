/** Turns the text of reproduction.yaml into a manifest, or into all of its errors. Pure. */
import type { Diagnostic } from '../yaml-file/diagnostic.ts';
import { loadYaml } from '../yaml-file/load-yaml.ts';
import { failed, ok, type Result } from '../result.ts';
import { schemaComplaints } from '../yaml-file/schema-complaints.ts';
import { assembleManifest } from './assemble-manifest.ts';
import type { Manifest } from './manifest.ts';
import { PLAIN_MANIFEST } from './plain-manifest.ts';
import { manifestSchema } from './schema.ts';

/**
 * Reads a manifest. It never throws, whatever the text is.
 *
 * @param text the whole file; an empty one equals a missing one
 * @param path the file's path, for messages
 * @returns a consistent manifest (nothing outside of the file was checked), or all mistakes in the
 *   order of the file
 */
export function loadManifest(text: string, path: string): Result<Manifest, readonly Diagnostic[]> {
  return loadYaml(text, path, (value) => {
    if (value === null) return ok(PLAIN_MANIFEST);
    const shape = manifestSchema.safeParse(value);
    if (!shape.success) return failed(schemaComplaints(manifestSchema, value, shape.error.issues));
    const { manifest, complaints } = assembleManifest(shape.data);
    return complaints.length > 0 ? failed(complaints) : ok(manifest);
  });
}
