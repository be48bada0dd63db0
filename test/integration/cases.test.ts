/** The cases of test/cases in one row of each C library; `make test-cases` has all rows. */
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { caseNames, checkCase } from '../cases/check-case.ts';

const matrices = fileURLToPath(new URL('matrices', import.meta.url));
const ROWS = ['cpython-3.11', 'cpython-3.11-musl'].flatMap((name) => [
  '--only',
  `debian-12/${name}`,
]);

describe('a public bug report', async () => {
  for (const name of await caseNames()) {
    it(name, () => checkCase(matrices, name, ['--matrix', 'small.yaml', ...ROWS]));
  }
});
