/** Every case on the default group, whose images take longer to make than a test may. */
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { caseNames, checkCase } from './check-case.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a public bug report, in the default group', async () => {
  for (const name of await caseNames()) it(name, () => checkCase(root, name, []));
});
