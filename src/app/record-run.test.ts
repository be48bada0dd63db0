import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { onDay } from '../../test/support/sample-history.ts';
import { readHistory } from '../comparison/read-history.ts';
import { renderJson } from '../report/json.ts';
import { defaultGroupReport } from '../../test/support/sample-report.ts';
import { previousReport, recordRun } from './record-run.ts';

let results = '';
beforeEach(async () => {
  results = await mkdtemp(join(tmpdir(), 'history-'));
});
afterEach(() => rm(results, { recursive: true, force: true }));

const report = defaultGroupReport();
const historyFile = () => join(results, 'history', 'runs.jsonl');

async function keepReport(day: number): Promise<void> {
  const one = onDay(report, day);
  await mkdir(join(results, 'runs', one.run.id), { recursive: true });
  await writeFile(join(results, 'runs', one.run.id, 'report.json'), renderJson(one));
}

describe('the history of a results folder', () => {
  it('grows by a line a run, and its page with it', async () => {
    for (const day of [0, 1]) {
      assert.equal(await recordRun(results, onDay(report, day)), undefined);
    }
    const { runs, skipped } = readHistory(await readFile(historyFile(), 'utf8'));
    assert.deepEqual(skipped, []);
    assert.equal(runs.length, 2);
    const page = await readFile(join(results, 'history', 'index.html'), 'utf8');
    assert.match(page, /<h1>No verdict flipped in 2 runs/);
  });

  it('loses no run to a line that was cut off before it', async () => {
    await recordRun(results, onDay(report, 0));
    await appendFile(historyFile(), '{"schema":1,"run":{"id"');
    await recordRun(results, onDay(report, 1));
    const { runs, skipped } = readHistory(await readFile(historyFile(), 'utf8'));
    assert.equal(runs.length, 2);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [2],
    );
    const page = await readFile(join(results, 'history', 'index.html'), 'utf8');
    assert.match(page, /Line 2 of runs\.jsonl is left out/);
  });

  it('is reported not to be written where it can not be, and that is no bug', async () => {
    await writeFile(join(results, 'history'), 'a file where the folder should be');
    assert.match((await recordRun(results, report)) ?? '', /incomplete in the history/);
  });
});

describe('the report that a new one is compared with', () => {
  it('is that of the last run', async () => {
    for (const day of [0, 1]) {
      await keepReport(day);
      await recordRun(results, onDay(report, day));
    }
    const previous = await previousReport(results, onDay(report, 2));
    assert.equal(previous?.run.id, onDay(report, 1).run.id);
  });

  it('is none where there is no history, or the folder of the run is gone', async () => {
    assert.equal(await previousReport(results, onDay(report, 1)), undefined);
    await recordRun(results, onDay(report, 0));
    assert.equal(await previousReport(results, onDay(report, 1)), undefined);
  });
});
