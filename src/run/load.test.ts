/**
 * Many rows at a time on the fake engine, by its real protocol: no result is missing afterwards.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  serveFakeEngine,
  writeLargeMatrix,
  type ServedEngine,
} from '../../test/support/fake-engine/large-matrix.ts';
import { loadPlan } from '../app/load-plan.ts';
import { openEngine } from '../engine/opening/open.ts';
import { parseReport, renderJson } from '../report/json.ts';
import { journalPath } from './journal.ts';
import { readJournal } from './read-journal.ts';
import { restore } from './restore.ts';
import { runMatrix } from './run-matrix.ts';

const ROWS = 40;

describe('a large run', () => {
  let folder = '';
  let served: ServedEngine;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'load-'));
    served = await serveFakeEngine(16);
  });
  after(async () => {
    await served.close();
    await rm(folder, { recursive: true });
  });

  it('has every cell in its report and every trial in its journal, in the same numbers', async () => {
    const matrix = await writeLargeMatrix(folder, ROWS);
    const { signal } = new AbortController();
    const opened = await openEngine(
      { explicit: served.address, env: {}, cacheFolder: folder, notify: () => undefined },
      signal,
    );
    assert.ok(opened.type === 'ready', JSON.stringify(opened));
    const { plan } = await loadPlan({ matrix, group: undefined, only: [], skip: [] });
    const report = await runMatrix({
      ...{ id: 'large', engine: opened.engine, plan, folder: join(folder, 'run') },
      ...{ tool: { name: 'test', version: '0' }, emit: () => undefined, refresh: false, signal },
    });
    await opened.engine.close();

    assert.ok(report.run.complete);
    assert.equal(report.run.retries, 0);
    const text = renderJson(report);
    assert.deepEqual(parseReport(text), { ok: true, value: JSON.parse(text) as unknown });
    assert.equal(report.cells.length, ROWS * 12);
    assert.equal(new Set(report.cells.map((cell) => cell.rerun)).size, ROWS * 12);
    for (const { scenario, verdict } of report.cells) {
      assert.equal(verdict, scenario.startsWith('add/') ? 'fail' : 'pass', scenario);
    }

    const read = await readJournal(journalPath(join(folder, 'run')));
    assert.ok(read.type === 'journal', JSON.stringify(read));
    assert.ok(read.journal.complete);
    assert.equal(read.journal.bytes, (await stat(journalPath(join(folder, 'run')))).size);
    for (const cell of report.cells) {
      const row = read.journal.rows.get(cell.environment);
      assert.equal(row?.trials.get(cell.scenario)?.length, cell.trials);
    }
    const restored = restore(plan, read.journal);
    assert.ok(restored.type === 'restored', JSON.stringify(restored));
    const cells = [...restored.rows.values()].flatMap((row) => [...row.cells.values()]);
    assert.equal(cells.length, report.cells.length);
  });
});
