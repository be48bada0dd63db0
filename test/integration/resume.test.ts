/** The program, killed for real in the middle of a run: it continues, and nothing is left of the dead one. */
import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseReport } from '../../src/report/json.ts';
import { processName, ownViewpoint } from '../../src/host/process-identity.ts';
import { runProgram, type Ended, type Watch } from '../support/program.ts';
import { cannotStartPrivateEngine } from './engine-under-test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RUN = ['run', '--matrix', 'small.yaml', '--results', 'out'];

describe('a run that is killed', { skip: await cannotStartPrivateEngine() }, () => {
  let folder = '';
  let temporary = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'resume-test-'));
    temporary = await mkdtemp(join(tmpdir(), 'resume-tmp-'));
    await cp(join(root, 'test/integration/matrices'), folder, { recursive: true });
    await cp(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  });

  const matrix = (args: readonly string[], watch?: Watch) =>
    runProgram(folder, args, { TMPDIR: temporary }, watch);

  let runId = '';

  it('has everything in its journal that it had shown, and continues from there', async () => {
    const killed = await matrix([...RUN, '--only', 'debian-12/cpython-3.11'], (printed, child) => {
      if (/add\/os\.system +✗/.test(printed)) child.kill('SIGKILL');
    });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    [runId = ''] = await readdir(join(folder, 'out/runs'));
    const journal = await readFile(join(folder, 'out/runs', runId, 'journal.jsonl'), 'utf8');
    assert.match(journal, /"type":"cell".*add\/os\.system/);
    // A power cut would have left half a record as well.
    await appendFile(join(folder, 'out/runs', runId, 'journal.jsonl'), '{"type":"tri');

    const resumed = await matrix([
      'run',
      '--matrix',
      'small.yaml',
      '--results',
      'out',
      '--resume',
      '--json',
    ]);
    assert.match(resumed.stderr, new RegExp(`Resuming run ${runId}: 2 cells already finished`));
    const loaded = parseReport(resumed.stdout);
    assert.ok(loaded.ok, resumed.stderr);
    const report = loaded.value;
    assert.equal(report.run.id, runId);
    assert.equal(report.run.complete, true);
    assert.deepEqual(
      report.cells.map(({ scenario, verdict }) => `${scenario} ${verdict}`),
      ['none/os.system pass', 'add/os.system fail', 'overwrite/os.system pass'],
    );
    assert.deepEqual(
      (await readdir(temporary)).filter((name) => name.startsWith('race-matrix-')),
      [],
    );
  });

  it('has nothing left to do when it finished, and reports it', async () => {
    const again = await matrix([...RUN, '--resume', runId]);
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stderr, /is complete: there is nothing left to measure/);
    const lines = await readFile(join(folder, 'out/history/runs.jsonl'), 'utf8');
    assert.equal(lines.trim().split('\n').length, 1, 'the run is in the history once');
  });

  it('is not resumed where it would be another run', async () => {
    const path = join(folder, 'small.yaml');
    const before = await readFile(path, 'utf8');
    await writeFile(path, `${before}\n# changed\n`);
    const refused = await matrix([...RUN, '--resume']);
    await writeFile(path, before);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /matrix\.yaml changed/);
    for (const id of ['../../etc', 'nosuchrun']) {
      assert.equal((await matrix([...RUN, '--resume', id])).status, 2, id);
    }
  });

  it('is the only one in its folder', async () => {
    let second: Promise<Ended> | undefined;
    const first = await matrix([...RUN, '--only', 'debian-12/cpython-3.11'], (printed, child) => {
      if (second || !/^run /m.test(printed)) return;
      second = matrix([...RUN, '--resume']);
      void second.then(() => {
        child.kill('SIGINT');
      });
    });
    assert.equal(first.status, 130, first.stderr);
    const refused = await second;
    assert.equal(refused?.status, 2);
    assert.match(refused.stderr, /out is in use by process \d+ \(run /);
  });

  it('leaves what `matrix clean` names with its size, and removes', async () => {
    const dead = join(temporary, 'race-matrix-bootstrap-dead');
    await cp(join(root, 'reproduction'), dead, { recursive: true });
    await writeFile(
      join(dead, 'owner'),
      `${processName({ ...ownViewpoint(), pid: 1, start: '123456789' })}\n`,
    );
    const asked = await matrix(['clean']);
    assert.match(asked.stdout, /race-matrix-bootstrap-dead of a dead run: \d+ MiB/);
    assert.match(asked.stdout, /Nothing was removed: .*--yes/);
    const cleaned = await matrix(['clean', '--yes']);
    assert.equal(cleaned.status, 0, cleaned.stderr);
    assert.match(cleaned.stdout, /^Removed\.$/m);
    assert.deepEqual(
      (await readdir(temporary)).filter((name) => name.startsWith('race-matrix-')),
      [],
    );
  });
});
