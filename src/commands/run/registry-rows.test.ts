/** Rows that need a registry, in whole runs on a fake engine whose registry answers or does not. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startFakeEngine, type FakeEngine } from '../../../test/support/fake-engine/fake-engine.ts';
import { writeLargeMatrix } from '../../../test/support/fake-engine/large-matrix.ts';
import { wholeRuns } from '../../../test/support/fake-engine/whole-runs.ts';
import { runProgram, type Ended } from '../../../test/support/program.ts';
import { parseReport } from '../../report/json.ts';
import type { Report } from '../../report/schema.ts';
import { parseShardPlan } from '../../shards/shard-plan.ts';

const SILENT = {
  type: 'status',
  status: 500,
  message: 'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host',
} as const;
const CAUSE = 'the registry r.example does not answer: dial tcp: lookup r.example: no such host';
const OWN = ['base-0/python-0', 'base-0/python-1'];
const ADDED = ['image/python-0', 'image/python-1'];

let folder = '';
let fake: FakeEngine;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-rows-'));
  const path = await writeLargeMatrix(folder, 2);
  const text = (await readFile(path, 'utf8'))
    .replace('pythons:', '  image: { sources: [{ pull: "r.example/image:1" }] }\npythons:')
    .replace('  default:\n', '  default:\n    ifRegistryAnswers: images\n')
    .replace(/mutation: .*/, 'mutation: [add]')
    .replace(/launcher: .*/, 'launcher: [os.system]');
  await writeFile(path, text);
  await appendFile(
    path,
    '  images: { extends: default, environments: { axes: { base: image, python: [python-0, python-1] } } }\n',
  );
  fake = await startFakeEngine({ script: wholeRuns });
  fake.images.pulls = true;
});
after(async () => {
  await fake.close();
  await rm(folder, { recursive: true, force: true });
});

function matrix(...args: readonly string[]): Promise<Ended> {
  return runProgram(folder, args, { DOCKER_HOST: fake.address, XDG_CACHE_HOME: folder });
}

function silence(): void {
  fake.misbehave('GET /distribution/{id}/json', SILENT);
}

async function run(...args: readonly string[]): Promise<{ report: Report; ended: Ended }> {
  const ended = await matrix('run', '--json', ...args);
  const read = parseReport(ended.stdout);
  assert.ok(read.ok, ended.stderr);
  return { report: read.value, ended };
}

const rowsOf = ({ environments }: Report) => environments.map(({ id }) => id).sort();

describe('a group that has more rows if a registry answers', () => {
  it('is measured with them if it does', async () => {
    const { report, ended } = await run('--results', 'answers');
    assert.deepEqual(rowsOf(report), [...OWN, ...ADDED]);
    assert.equal(report.run.leftOut, undefined);
    assert.doesNotMatch(ended.stderr, /left out/);
    assert.equal(fake.requests.filter((one) => one.startsWith('GET /distribution/')).length, 1);
  });

  it('is measured without them if it does not, which one line and the report state', async () => {
    silence();
    const { report, ended } = await run('--results', 'silent');
    assert.deepEqual(rowsOf(report), OWN);
    assert.equal(report.summary.skipped, 0);
    assert.deepEqual(report.run.leftOut, [{ reason: CAUSE, environments: ADDED }]);
    assert.equal(ended.stderr.match(/left out/g)?.length, 1, ended.stderr);
    assert.match(ended.stderr, new RegExp(`^2 rows left out: ${CAUSE}\\.$`, 'm'));
    const page = await readFile(join(folder, 'silent/latest/report.md'), 'utf8');
    assert.match(page, /2 rows left out/);
  });

  it('asks no one where the user selects only rows that need none', async () => {
    const asked = fake.requests.length;
    const { report } = await run('--results', 'own', '--only', 'base-*');
    assert.deepEqual(rowsOf(report), OWN);
    assert.ok(!fake.requests.slice(asked).includes('GET /distribution/{id}/json'));
  });

  it('resumes as it began, whatever the registry does then', async () => {
    silence();
    const { report } = await run('--results', 'resumed');
    const again = await matrix('run', '--results', 'resumed', '--resume');
    assert.match(again.stderr, /is complete: there is nothing left to measure/);
    const journal = join(folder, 'resumed/runs', report.run.id, 'journal.jsonl');
    const lines = (await readFile(journal, 'utf8')).split('\n');
    const kept = lines.filter((line) => !/"type":"(end|published)"/.test(line));
    await writeFile(journal, kept.join('\n'));
    const { report: resumed } = await run('--results', 'resumed', '--resume');
    assert.deepEqual(rowsOf(resumed), OWN);
    assert.deepEqual(resumed.run.leftOut, report.run.leftOut);
  });

  it('does not differ from a run with them but in that', async () => {
    const { status, stdout } = await matrix('diff', 'answers/latest', 'silent/latest');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^Nothing changed/);
    assert.match(stdout, /2 rows left out of the later run/);
  });

  it('is planned with them if it does, and without them in one line if it does not', async () => {
    const plans = [await matrix('plan', '--json')];
    silence();
    plans.push(await matrix('plan', '--json'));
    const [whole, part] = plans.map(
      ({ stdout }) => JSON.parse(stdout) as { rows: unknown[]; leftOut?: unknown },
    );
    assert.deepEqual([whole?.rows.length, whole?.leftOut], [4, undefined]);
    assert.equal(part?.rows.length, 2);
    assert.deepEqual(part.leftOut, [{ reason: CAUSE, environments: ADDED }]);
    const unasked = await runProgram(folder, ['plan'], { DOCKER_HOST: 'unix:///nowhere.sock' });
    assert.match(
      unasked.stdout,
      /^2 rows left out: they need a registry, and no container engine is running/m,
    );
  });

  it('is divided once: the shards follow the plan, and so does the merged report', async () => {
    silence();
    const planned = await matrix('plan', '--shards', '2', '--output', 'shards.json');
    assert.match(planned.stderr, /^2 rows left out/m);
    const file = parseShardPlan(await readFile(join(folder, 'shards.json'), 'utf8'));
    assert.ok(file.ok);
    assert.deepEqual(file.value.leftOut, [{ reason: CAUSE, environments: ADDED }]);
    for (const shard of [1, 2]) {
      const { report } = await run(
        ...['--shard', `${shard}/2`, '--shard-plan', 'shards.json', '--results', `part/${shard}`],
      );
      assert.equal(report.environments.length, 1);
    }
    await matrix('merge', 'part', '--shard-plan', 'shards.json', '--results', 'merged');
    const merged = parseReport(await readFile(join(folder, 'merged/latest/report.json'), 'utf8'));
    assert.ok(merged.ok);
    assert.deepEqual(rowsOf(merged.value), OWN);
    assert.deepEqual(merged.value.run.leftOut, file.value.leftOut);
  });

  it('is divided with them if it does', async () => {
    await matrix('plan', '--shards', '2', '--output', 'whole.json');
    const shard = ['--shard', '2/2', '--shard-plan', 'whole.json', '--results', 'whole'];
    const { report } = await run(...shard);
    assert.equal(report.environments.length, 2);
    assert.equal(report.run.leftOut, undefined);
  });
});
