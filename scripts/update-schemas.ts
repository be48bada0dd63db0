/** Writes schema/, the published JSON Schemas; with --check it only names the stale ones. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { renderJsonSchemas } from './json-schemas.ts';

for (const [name, text] of renderJsonSchemas()) {
  const path = `schema/${name}`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is stale; run make schema\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
  }
}
