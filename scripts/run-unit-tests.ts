/**
 * Runs test files in a few processes instead of one each, since compiling the same sources again for every
 * file takes far longer than most tests: `node --import tsx scripts/run-unit-tests.ts FILE...`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';

const files = process.argv.slice(2).map((file) => pathToFileURL(resolve(file)).href);
const processes = availableParallelism();
// Dealt in turn, as neighbours often test the same slow thing; more groups than processes, so that a
// process that is early takes another group.
const groups = Array.from({ length: Math.min(2 * processes, files.length) }, (_, index) =>
  files.filter((_, place) => place % (2 * processes) === index),
);
const folder = mkdtempSync(join(tmpdir(), 'unit-tests-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
const entries = groups.map((group, index) => {
  const entry = join(folder, `group-${index + 1}.mjs`);
  writeFileSync(
    entry,
    [
      "import { after } from 'node:test';",
      // A test that ends the process would otherwise hide all those behind it.
      'let finished = false;',
      "process.once('exit', () => { if (!finished) process.exitCode = 1; });",
      ...group.map((file) => `await import(${JSON.stringify(file)});`),
      'after(() => { finished = true; });',
    ].join('\n'),
  );
  return entry;
});
const events = run({ files: entries, concurrency: processes }).on('test:fail', () => {
  process.exitCode = 1;
});
// The types of Node 20 leave out that a stream of tests can be composed.
const report = events.compose(new spec()) as NodeJS.ReadableStream;
report.pipe(process.stdout);
