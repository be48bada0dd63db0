/** Planning and merging shards, as these commands are called. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parsed } from '../../test/support/command-line.ts';
import { SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import type { Report } from '../report/schema.ts';
import { parseReport, renderJson } from '../report/json.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { parseShardPlan, planDigest, type ShardPlan } from '../shards/shard-plan.ts';
import { runProgram } from '../../test/support/program.ts';
import { renderPipeline } from './plan/gitlab-pipeline.ts';

/** The parts of a GitLab pipeline that are checked. */
interface Job {
  readonly stage: string;
  readonly tags?: readonly string[];
  readonly needs?: readonly object[];
  readonly parallel?: { readonly matrix: readonly object[] };
  readonly script: readonly string[];
  readonly when?: string;
  readonly artifacts: { readonly when: string; readonly paths: readonly string[] };
}
interface Pipeline {
  readonly stages: readonly string[];
  readonly workflow: object;
  readonly default: object;
  readonly variables: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));
const EXPECT = `expect:
  - { scenarios: delete, verdict: fail }
  - { scenarios: add, verdict: pass }
`;
let folder = '';
let plan: ShardPlan;
const matrix = (...args: readonly string[]) => runProgram(folder, args);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shards-'));
  await writeFile(join(folder, 'matrix.yaml'), SMALL_MATRIX + EXPECT);
  await cp(REPRODUCTION, join(folder, 'reproduction'), { recursive: true });
  const planned = await matrix('plan', '--shards', '3', '--output', 'shards.json');
  assert.equal(planned.status, 0, planned.stderr);
  const read = parseShardPlan(await readFile(join(folder, 'shards.json'), 'utf8'));
  assert.ok(read.ok, JSON.stringify(read));
  plan = read.value;
});
after(() => rm(folder, { recursive: true, force: true }));

/** The report that the machine with that shard would have made. */
function reportOf(index: number, run: Partial<Report['run']> = {}, fails = true): Report {
  const rows = plan.shards[index - 1]?.environments ?? [];
  return sampleReport(
    {
      environments: rows.map((id) => sampleEnvironment(id, 'glibc 2.36-9', 'CPython 3.11.2')),
      scenarios: plan.scenarios,
      cells: plan.cells
        .filter(({ environment }) => rows.includes(environment))
        .map((cell) => ({
          ...cell,
          verdict: cell.scenario.startsWith('delete') && fails ? 'fail' : 'pass',
        })),
    },
    {
      id: `20260101-000000-000${index}`,
      matrix: plan.matrix,
      rule: plan.rule,
      shard: { index, count: plan.shards.length, plan: planDigest(plan) },
      ...run,
    },
  );
}

/** A folder as the machine leaves it; `report` is text, so that it can be torn. */
async function leave(path: string, index: number, report?: string): Promise<void> {
  await mkdir(join(folder, path), { recursive: true });
  const file = { kind: 'shard', schema: 1, index, plan };
  await writeFile(join(folder, path, 'shard.json'), JSON.stringify(file));
  if (report !== undefined) await writeFile(join(folder, path, 'report.json'), report);
}

async function latest(results: string): Promise<Report> {
  const path = join(folder, results, 'latest/report.json');
  const read = parseReport(await readFile(path, 'utf8'));
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

describe('matrix plan --shards', () => {
  it('is needed by the options that only a plan of shards has', async () => {
    const { stderr, status } = await matrix('plan', '--output', 'shards.json');
    assert.equal(status, 2);
    assert.match(stderr, /`--output` needs `--shards N`/);
  });

  it('prints a job matrix that a workflow can take, on one line', async () => {
    const { stdout, stderr, status } = await matrix('plan', '--shards', '3', '--format', 'github');
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    const { include } = JSON.parse(stdout) as { include: { shard: string; rows: string }[] };
    assert.deepEqual(
      include.map(({ shard }) => shard),
      ['1/3', '2/3', '3/3'],
    );
    assert.equal(include.flatMap(({ rows }) => rows.split(' ')).length, 4);
  });

  it('prints a pipeline for GitLab, with the keywords that GitLab documents', async () => {
    const args = ['plan', '--shards', '3', '--output', 'for gitlab.json', '--format', 'gitlab'];
    const choice = ['--only=debian-*', '--only=add/*', '--skip=*/os.popen'];
    const { stdout, stderr, status } = await matrix(...args, ...choice);
    assert.equal(status, 0, stderr);
    const { stages, workflow, default: common, variables, ...rest } = parse(stdout) as Pipeline;
    const jobs = rest as Readonly<Record<string, Job>>;
    assert.deepEqual(stages, ['shard', 'merge']);
    assert.deepEqual(workflow, { rules: [{ when: 'always' }] });
    assert.deepEqual(Object.keys(common).sort(), ['before_script', 'image', 'services']);
    assert.equal(variables['DOCKER_HOST'], 'tcp://docker:2376');
    assert.deepEqual(Object.keys(jobs), ['shard', 'merge']);
    const { shard = assert.fail(), merge = assert.fail() } = jobs;
    const known = ['stage', 'tags', 'needs', 'parallel', 'timeout', 'script', 'artifacts'];
    for (const job of [shard, merge]) {
      const unknown = Object.keys(job).filter(
        (key) => ![...known, 'when', 'services'].includes(key),
      );
      assert.deepEqual(unknown, []);
      assert.ok(stages.includes(job.stage));
      assert.equal(job.artifacts.when, 'always');
    }
    const fromParent = { pipeline: '$PARENT_PIPELINE_ID', job: 'plan' };
    assert.deepEqual(shard.parallel, { matrix: [{ SHARD: ['1/3', '2/3', '3/3'] }] });
    assert.deepEqual(shard.needs, [fromParent]);
    assert.deepEqual(shard.artifacts.paths, ['shards/']);
    assert.equal(merge.when, 'always');
    assert.deepEqual(merge.needs, [{ job: 'shard', artifacts: true }, fromParent]);
    assert.match(merge.script.join(), /matrix merge shards --shard-plan 'for gitlab\.json'$/);

    // As a shell takes it: the options of this plan, and a folder that no other shard has.
    const shell = `npx() { printf '%s\\n' "$@"; }\n${shard.script.join('\n')}`;
    const printed = (env: NodeJS.ProcessEnv) =>
      spawnSync('/bin/sh', ['-c', shell], { env: { SHARD: '2/3', ...env }, encoding: 'utf8' })
        .stdout.trimEnd()
        .split('\n');
    const expected = [
      ...['matrix', 'run', '--shard', '2/3', '--shard-plan', 'for gitlab.json', ...choice],
      ...['--results', 'shards/2', '--fail-on', 'none', '--max-base-age', '12h'],
    ];
    assert.deepEqual(printed({}), expected);
    assert.deepEqual(printed({ CI_REGISTRY_IMAGE: 'r/p' }), [...expected, '--cache', 'r/p/matrix']);
    await parsed(expected.slice(1));
  });

  it('gives the shards of each runner a job with its tag', () => {
    const shards = ['1/3', '2/3', '3/3'].map((name, index) => ({
      name,
      runner: index === 1 ? 'arm' : undefined,
    }));
    const pipeline = parse(renderPipeline(shards, { selection: [], planFile: 'p' })) as Pipeline;
    const of = (name: string) => {
      const job = pipeline[name] as Job | undefined;
      return [job?.tags, job?.parallel?.matrix];
    };
    assert.deepEqual(of('shard'), [undefined, [{ SHARD: ['1/3', '3/3'] }]]);
    assert.deepEqual(of('shard on arm'), [['arm'], [{ SHARD: ['2/3'] }]]);
    const { needs } = pipeline['merge'] as Job;
    assert.deepEqual(needs?.slice(0, 2), [
      { job: 'shard', artifacts: true },
      { job: 'shard on arm', artifacts: true },
    ]);
  });

  it('prints none for GitLab whose jobs would lack the plan', async () => {
    const { stderr, status } = await matrix('plan', '--shards', '3', '--format', 'gitlab');
    assert.equal(status, 2);
    assert.match(stderr, /--format gitlab needs --output/);
  });

  it('gives no machine to a shard without rows', async () => {
    const { stdout } = await matrix('plan', '--shards', '9', '--format', 'github');
    const { include } = JSON.parse(stdout) as { include: unknown[] };
    assert.equal(include.length, 4);
  });

  it('keeps long rows apart, by what they took the last time', async () => {
    const rows = plan.shards.flatMap(({ environments }) => environments);
    const [slow = '', ...rest] = rows;
    const took = sampleReport({
      environments: rows.map((id) => sampleEnvironment(id, 'glibc 2.36-9', 'CPython 3.11.2')),
      scenarios: ['add/os.system'],
      cells: rows.map((environment) => ({
        environment,
        scenario: 'add/os.system',
        verdict: 'pass',
        seconds: environment === slow ? 100 : 10,
      })),
    });
    await mkdir(join(folder, 'known/latest'), { recursive: true });
    await writeFile(join(folder, 'known/latest/report.json'), renderJson(took));
    const args = ['plan', '--shards', '2', '--format', 'json', '--results', 'known'];
    const { stdout } = await matrix(...args);
    const { shards } = JSON.parse(stdout) as ShardPlan;
    assert.deepEqual(
      shards.map(({ environments }) => [...environments].sort()).sort(),
      [[slow], [...rest].sort()].sort(),
    );
  });

  it('says beforehand which shard could not show that its host sees the race', async () => {
    const one = EXPECT.replace('scenarios: delete', "scenarios: delete, environments: '*-musl'");
    await writeFile(join(folder, 'one.yaml'), SMALL_MATRIX + one);
    const { stderr } = await matrix('plan', '--shards', '2', '--matrix', 'one.yaml');
    assert.match(stderr, /Shard 2\/2 has no row that is expected to fail/);
  });
});

describe('matrix merge', () => {
  it('puts the shards together, wherever a CI system unpacked them', async () => {
    for (const index of [1, 2, 3]) {
      await leave(`all/part-${index}`, index, renderJson(reportOf(index)));
    }
    const { status, stderr } = await matrix('merge', 'all', '--results', 'together');
    assert.equal(status, 0, stderr);
    const report = await latest('together');
    assert.equal(report.cells.length, plan.cells.length);
    assert.deepEqual(report.run.merged?.missing, []);
    for (const file of ['report.html', 'report.md', 'junit.xml', 'summary.md', 'badge.svg']) {
      assert.ok((await readFile(join(folder, 'together/latest', file))).length > 0);
    }
    const history = await readFile(join(folder, 'together/history/runs.jsonl'), 'utf8');
    assert.equal(history.trimEnd().split('\n').length, 1);
  });

  it('names what is missing and what is torn, and ends with 3', async () => {
    await leave('some/part-1', 1, renderJson(reportOf(1)));
    await leave('some/part-2', 2, renderJson(reportOf(2)).slice(0, 1000));
    const { status, stdout } = await matrix('merge', 'some', 'nowhere', '--results', 'partly');
    assert.equal(status, 3);
    const text = stdout.replaceAll(/\s+/g, ' ');
    assert.match(
      text,
      /Shard 2\/3 is missing: some\/part-2: its report\.json is damaged: not JSON/,
    );
    assert.match(text, /Shard 3\/3 is missing: none of the folders holds it/);
    const { cells, run } = await latest('partly');
    assert.equal(cells.length, plan.cells.length);
    assert.equal(run.complete, false);
    // Nor does a wish to be lenient make it whole.
    const lenient = await matrix('merge', 'some', '--fail-on', 'none', '--results', 'partly');
    assert.equal(lenient.status, 3);
  });

  it('takes the second try of a shard that was killed in its first', async () => {
    await leave('tries/runs/20260101-000000-0001', 1);
    const again = renderJson(reportOf(1));
    await leave('tries/runs/20260101-000100-0001', 1, again);
    const args = ['tries', 'all/part-2', 'all/part-3', '--results', 'twice'];
    const { status, stderr } = await matrix('merge', ...args);
    assert.equal(status, 0, stderr);
  });

  it('names a shard whose newest try was killed, although an older run is there', async () => {
    await leave('older/runs/20260101-000000-0001', 1, renderJson(reportOf(1)));
    await leave('older/runs/20260102-000000-0001', 1);
    const args = ['older', 'all/part-2', 'all/part-3', '--results', 'killed'];
    const { status, stdout } = await matrix('merge', ...args);
    assert.equal(status, 3);
    assert.match(stdout.replaceAll(/\s+/g, ' '), /it has no report\.json/);
  });

  it('does not count the passes of a host that saw nothing fail', async () => {
    await leave('blind/part-3', 3, renderJson(reportOf(3, {}, false)));
    const args = ['all/part-1', 'all/part-2', 'blind', '--results', 'doubtful'];
    const { status, stdout } = await matrix('merge', ...args);
    assert.equal(status, 3);
    assert.match(stdout.replaceAll(/\s+/g, ' '), /Nothing failed in shard 3\/3/);
  });

  it('ends with 3 and says so where no shard has a report', async () => {
    const { status, stderr } = await matrix('merge', 'nowhere', '--shard-plan', 'shards.json');
    assert.equal(status, 3);
    assert.match(stderr, /1\/3: none of the folders holds it\n2\/3/);
  });

  it('refuses what is not one run', async () => {
    const cases: readonly [readonly string[], RegExp][] = [
      [['merge'], /^Missing required argument 'dirs'/],
      [['merge', 'all', '--shard-plan', 'matrix.yaml'], /is not a shard plan: not JSON/],
      [['run', '--shard', '4/3'], /there are only 3 shards/],
      [['run', '--shard', '2/1'], /there is only 1 shard\./],
      [['run', '--shard', 'two'], /a part such as 2\/5/],
      [['run', '--shard', '1/2', '--shard-plan', 'shards.json'], /has 3 shards/],
      [['run', '--shard', '1/3', '--shard-plan', 'shards.json', '--group', 'wide'], /other cells/],
      [['plan', '--shards', '0'], /a number from 1/],
      [['plan', '--shards', '2', '--format', 'yaml'], /no format yaml for shards/],
      [['run', '--fail-on', 'everything'], /--fail-on takes unexpected, error/],
    ];
    for (const [args, message] of cases) {
      const { status, stderr } = await matrix(...args);
      assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, message);
    }
  });
});

describe('what a merge tells', () => {
  it('is annotated on GitHub, and in a file of a few lines', async () => {
    const odd = reportOf(1);
    const cells = odd.cells.map((cell) => ({ ...cell, expected: 'pass' as const }));
    const unexpected = cells.filter(({ verdict }) => verdict === 'fail').length;
    const summary = { ...odd.summary, unexpected };
    await leave('odd', 1, renderJson({ ...odd, cells, summary }));
    const args = ['merge', 'odd', 'all/part-2', 'all/part-3', '--notify-file', 'news.txt'];
    const { status, stderr } = await runProgram(folder, [...args, '--results', 'odd-out'], {
      GITHUB_ACTIONS: 'true',
    });
    assert.equal(status, 1);
    assert.match(stderr, /^::error file=matrix\.yaml,title=unexpected fail::\S+ delete\/os/m);
    assert.match(await readFile(join(folder, 'news.txt'), 'utf8'), /^unexpected: \S+ delete\/os/m);
    const quiet = ['merge', 'all', '--notify-file', 'news.txt', '--results', 'quiet'];
    assert.equal((await matrix(...quiet)).status, 0);
    assert.equal(await readFile(join(folder, 'news.txt'), 'utf8'), '');
  });
});
