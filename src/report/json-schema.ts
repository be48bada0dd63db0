/** results/report.schema.json: the JSON Schema of report.json, for those who read it elsewhere. Pure. */
import { z } from 'zod';
import { reportShape } from './schema.ts';

/**
 * The schema as text, in JSON Schema draft 2020-12. It holds the shape and the limits; that the cells
 * do not contradict each other is beyond JSON Schema and checked when a report is read.
 */
export function renderJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportShape, { io: 'input' });
  const titled = {
    $schema,
    title: 'report.json',
    description:
      'One run of the matrix: where starting a child process is unsafe while the environment changes.',
    ...schema,
  };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
