/**
 * Puts the tables of the reference report into docs/findings.md: part of `make reference`. With
 * --check it only reports whether they are up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseReport } from '../src/report/json.ts';
import { BLOCKS } from './findings-tables.ts';
import { REFERENCE, withBlock } from './generated-block.ts';

const PAGE = 'docs/findings.md';

const loaded = parseReport(readFileSync(REFERENCE, 'utf8'));
if (!loaded.ok) throw new Error(`${REFERENCE}: ${loaded.error.join('; ')}`);
const page = readFileSync(PAGE, 'utf8');
let next = page;
for (const [name, made] of Object.entries(BLOCKS)) {
  next = withBlock(next, `${name}, from ${REFERENCE} by make reference`, name, made(loaded.value));
}
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, next);
} else if (next !== page) {
  process.stderr.write(`not in step with ${REFERENCE}: ${PAGE}; run make reference\n`);
  process.exitCode = 1;
}
