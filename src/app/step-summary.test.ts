import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MOST_SUMMARY_BYTES } from '../formats/github/summary.ts';
import { defaultGroupReport, largeReport } from '../../test/support/sample-report.ts';
import { addToStepSummary } from './step-summary.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-summary-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe("a workflow step's summary", () => {
  it('gets the run behind what exists already', async () => {
    const path = join(folder, 'there.md');
    await writeFile(path, 'built in 3 s');
    const env = { GITHUB_STEP_SUMMARY: path };
    assert.equal(await addToStepSummary(defaultGroupReport(), env), undefined);
    assert.match(
      await readFile(path, 'utf8'),
      /^built in 3 s\n## os\.system races with [\s\S]*✗s 312\/1204/,
    );
  });

  it('is begun where there is none', async () => {
    const path = join(folder, 'new.md');
    const env = { GITHUB_STEP_SUMMARY: path };
    assert.equal(await addToStepSummary(defaultGroupReport(), env), undefined);
    assert.match(await readFile(path, 'utf8'), /64 cells: \d+ ✗ fail, \d+ ✓ pass/);
  });

  it('stays as it is, with a word why, where the run would make it too large to be shown', async () => {
    const path = join(folder, 'full.md');
    const text = 'x'.repeat(MOST_SUMMARY_BYTES - 100);
    await writeFile(path, text);
    const env = { GITHUB_STEP_SUMMARY: path };
    assert.match((await addToStepSummary(largeReport(9, 9), env)) ?? '', /no room/);
    assert.equal(await readFile(path, 'utf8'), text);
  });

  it('costs no run where it cannot be written', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'no', 'such', 'folder') };
    assert.match((await addToStepSummary(defaultGroupReport(), env)) ?? '', /ENOENT/);
  });

  it('is not written outside GitHub Actions', async () => {
    assert.equal(await addToStepSummary(defaultGroupReport(), {}), undefined);
  });
});
