/** The steps of the workflow, with what GitHub would have told them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SMALL_MATRIX } from '../../src/matrix/testing/small-matrix.ts';
import { renderJson } from '../../src/report/json.ts';
import { sampleEnvironment, sampleReport } from '../../src/report/testing/sample-report.ts';
import { parseShardPlan, planDigest } from '../../src/shards/shard-plan.ts';

const SCRIPT = fileURLToPath(new URL('step.ts', import.meta.url));
const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-'));
  await writeFile(join(folder, 'matrix.yaml'), SMALL_MATRIX);
  await cp(REPRODUCTION, join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

function step(name: string, env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ status: number | null; text: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), SCRIPT, name], {
      cwd: folder,
      env: {
        ...process.env,
        GITHUB_ACTIONS: '',
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, text });
    });
  });
}

describe('the steps of the workflow', () => {
  it('plan: gives the next job its machines', async () => {
    const { status, text } = await step('plan', { SHARDS: '2', GROUP: '', ONLY: ' debian-* ' });
    assert.equal(status, 0, text);
    const [, json = ''] =
      /^matrix=(.*)\n$/.exec(await readFile(join(folder, 'output'), 'utf8')) ?? [];
    const { include } = JSON.parse(json) as { include: { shard: string }[] };
    assert.deepEqual(
      include.map(({ shard }) => shard),
      ['1/2', '2/2'],
    );
  });

  it('plan: takes what a person typed for a word, never for a command', async () => {
    const { status } = await step('plan', { SHARDS: '2; touch typed', ONLY: '$(touch typed)' });
    assert.equal(status, 2);
    await assert.rejects(readFile(join(folder, 'typed')));
  });

  it('merge: is red and says why where no shard brought anything', async () => {
    const { status, text } = await step('merge');
    assert.equal(status, 3, text);
    assert.match(await readFile(join(folder, 'summary'), 'utf8'), /No shard brought a report/);
  });

  it('merge, then site: shows what is there although a machine is missing', async () => {
    const read = parseShardPlan(await readFile(join(folder, 'shards.json'), 'utf8'));
    assert.ok(read.type === 'read');
    const plan = read.value;
    const rows = plan.shards[0]?.environments ?? [];
    const report = sampleReport(
      {
        environments: rows.map((id) => sampleEnvironment(id, 'glibc 2.36-9', 'CPython 3.11.2')),
        scenarios: plan.scenarios,
        cells: plan.cells
          .filter(({ environment }) => rows.includes(environment))
          .map((cell) => ({ ...cell, verdict: 'pass' as const })),
      },
      {
        matrix: plan.matrix,
        rule: plan.rule,
        shard: { index: 1, count: 2, plan: planDigest(plan) },
      },
    );
    // As the workflow's artifact of that shard is unpacked.
    const run = join(folder, 'shards/shard-1/runs', report.run.id);
    await mkdir(run, { recursive: true });
    await writeFile(join(run, 'report.json'), renderJson(report));
    const merged = await step('merge');
    assert.equal(merged.status, 3, merged.text);
    assert.match(await readFile(join(folder, 'summary'), 'utf8'), /Shard 2\/2 is missing/);
    assert.match(await readFile(join(folder, 'news.txt'), 'utf8'), /^missing: shard 2\/2/m);
    const site = await step('site');
    assert.equal(site.status, 0, site.text);
    for (const file of ['index.html', 'report.json', 'history/runs.jsonl', 'history/index.html']) {
      assert.ok((await readFile(join(folder, 'site', file))).length > 0, file);
    }
  });

  it('that are not there are refused', async () => {
    assert.notEqual((await step('toString')).status, 0);
  });
});
