/** The published JSON Schemas, made from the schemas that the program itself checks files by. */
import { z } from '../src/zod.ts';
import { matrixFileSchema } from '../src/matrix/schema.ts';
import { reportShape } from '../src/report/schema.ts';
import { manifestSchema } from '../src/reproduction/schema.ts';

/**
 * The text of each file of schema/ by its name. They hold shapes and limits. JSON Schema cannot
 * express references between parts of a file; the program checks these when it reads the file.
 */
export function renderJsonSchemas(): ReadonlyMap<string, string> {
  // Editors know draft 7 best.
  const forEditors = { io: 'input', target: 'draft-7' } as const;
  const schemas: Readonly<Record<string, object>> = {
    'report.schema.json': z.toJSONSchema(reportShape, { io: 'input' }),
    'matrix.schema.json': z.toJSONSchema(matrixFileSchema, forEditors),
    'reproduction.schema.json': z.toJSONSchema(manifestSchema, forEditors),
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}
