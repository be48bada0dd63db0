/** The scheduled workflow from its plan to its merged report, on one machine. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cannotStartRegistry } from '../support/registry/registry.ts';
import { runScript } from '../support/program.ts';
import { cannotStartPrivateEngine } from './engine-under-test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skip = (await cannotStartPrivateEngine()) || cannotStartRegistry();

/** As accepted earlier; of the first row something else than what is measured. */
const BASELINE = {
  ...{ kind: 'baseline', schema: 1, run: 'accepted' },
  environments: ['one', 'two', 'three', 'four', 'five'].map((python) => ({
    id: `debian-12/${python}`,
    verdicts: {
      'none/os.system': 'pass',
      'add/os.system': 'fail',
      'overwrite/os.system': python === 'one' ? 'fail' : 'pass',
    },
  })),
};

async function play(folder: string): Promise<{ status: number | null; text: string }> {
  const args = [
    '--matrix',
    join(folder, 'fleet.yaml'),
    '--baseline',
    join(folder, 'baseline.json'),
  ];
  const script = join(root, 'scripts/rehearse-workflow.ts');
  const { status, stdout, stderr } = await runScript(script, root, args);
  return { status, text: stdout + stderr };
}

describe('the scheduled workflow, played on one machine', { skip }, () => {
  it('gives the report of a single run, although a shard was killed half way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleet-test-'));
    try {
      await cp(join(root, 'test/integration/matrices'), folder, { recursive: true });
      await cp(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
      await writeFile(join(folder, 'baseline.json'), JSON.stringify(BASELINE));
      const { status, text } = await play(folder);
      assert.equal(status, 0, text);
      assert.match(text, /shard 2\/5 was killed and is resumed/);
      assert.match(text, /15 cells: 5 ✗ fail, 10 ✓ pass; none unexpected/);
      assert.match(text, /1 verdict flipped from run accepted to run /);
      assert.match(text, /debian-12\/one, overwrite\/os\.system: ✗ fail → ✓ pass/);
      assert.match(text, /the merged report has the same results as the single run/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
