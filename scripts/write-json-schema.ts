/** Writes results/report.schema.json; to be run whenever src/report/schema.ts changes. */
import { writeFileSync } from 'node:fs';
import { renderJsonSchema } from '../src/report/json-schema.ts';

writeFileSync(new URL('../results/report.schema.json', import.meta.url), renderJsonSchema());
