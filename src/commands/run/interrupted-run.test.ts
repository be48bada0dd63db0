/** Ctrl-C in a run whose engine is of no help: a user waits no longer than five seconds, and not for it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeEngine, type FakeEngine } from '../../../test/support/fake-engine/fake-engine.ts';
import { writeLargeMatrix } from '../../../test/support/fake-engine/large-matrix.ts';
import { wholeRuns } from '../../../test/support/fake-engine/whole-runs.ts';
import { startProgram } from '../../../test/support/program.ts';
import { parseReport } from '../../report/json.ts';

/**
 * Milliseconds from the signal to the end of the program. A user is promised five seconds; the rest is for
 * machines that run many tests at once. The engine's own limits of time are longer than this.
 */
const LIMIT = 15_000;
/** As long as no end comes by itself. */
const MUCH_LONGER = 60_000;

let folder = '';
let fake: FakeEngine;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interrupted-'));
  await writeLargeMatrix(folder, 2);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs the program until a trial of `add` runs on without an end, then does what is asked. */
async function interrupted(
  results: string,
  signals: readonly NodeJS.Signals[],
): Promise<{ status: number | null; milliseconds: number }> {
  fake = await startFakeEngine({
    script: (body) =>
      body.Cmd?.includes('add') === true ? { runsOn: true, ...wholeRuns(body) } : wholeRuns(body),
  });
  fake.images.pulls = true;
  try {
    const { child, ended } = startProgram(folder, ['run', '--results', results], {
      DOCKER_HOST: fake.address,
      XDG_CACHE_HOME: folder,
    });
    const limit = AbortSignal.timeout(MUCH_LONGER);
    while (!fake.containers.created.some((one) => one.script.runsOn && one.state === 'running')) {
      limit.throwIfAborted();
      await sleep(20);
    }
    // It neither kills nor removes what runs.
    for (const route of ['POST /containers/{id}/kill', 'DELETE /containers/{id}']) {
      fake.misbehave(route, { type: 'hang' }, 100);
    }
    const began = performance.now();
    for (const signal of signals) {
      child.kill(signal);
      await sleep(200);
    }
    const { status } = await ended;
    return { status, milliseconds: performance.now() - began };
  } finally {
    await fake.close();
  }
}

describe('a run that is interrupted while its engine does not answer', () => {
  it('ends before the engine has answered, with the report of what is there', async () => {
    const { status, milliseconds } = await interrupted('once', ['SIGINT']);
    assert.equal(status, 130);
    assert.ok(milliseconds <= LIMIT, `${milliseconds.toFixed(0)} ms`);
    const text = await readFile(join(folder, 'once/latest/report.json'), 'utf8');
    const loaded = parseReport(text);
    assert.ok(loaded.ok && !loaded.value.run.complete);
    assert.ok(loaded.value.summary.pass > 0 && loaded.value.summary.skipped > 0);
  });

  it('ends at once at the second signal', async () => {
    const { status, milliseconds } = await interrupted('twice', ['SIGINT', 'SIGINT']);
    assert.equal(status, 130);
    assert.ok(milliseconds <= LIMIT, `${milliseconds.toFixed(0)} ms`);
    assert.ok(!existsSync(join(folder, 'twice/latest')), 'it took the time to write a report');
  });
});
