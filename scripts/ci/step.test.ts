/** The steps of the workflow, with the variables that GitHub would set. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startFakeEngine, type FakeEngine } from '../../test/support/fake-engine/fake-engine.ts';
import { wholeRuns } from '../../test/support/fake-engine/whole-runs.ts';
import { runScript, start, type Ended } from '../../test/support/program.ts';
import { SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { renderJson } from '../../src/report/json.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { parseShardPlan, planDigest } from '../../src/shards/shard-plan.ts';

const SCRIPT = fileURLToPath(new URL('step.ts', import.meta.url));
const ACTION = fileURLToPath(new URL('action.sh', import.meta.url));
const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));
/** Of bases that are only pulled, so that no step has a package of the host to install. */
const PULLED = `\
version: 1
bases:
  ubuntu-24.04: { sources: [{ pull: 'ubuntu:24.04' }] }
pythons:
  system-apt: { recipe: apt-package, args: { PACKAGE: python3 }, command: python3 }
groups:
  default:
    environments: { axes: { base: ubuntu-24.04, python: system-apt } }
    scenarios: { axes: { mutation: [add], launcher: [os.system, os.popen] } }
`;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-'));
  await writeFile(join(folder, 'matrix.yaml'), SMALL_MATRIX);
  await cp(REPRODUCTION, join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

interface Stepped {
  readonly status: number | null;
  readonly text: string;
}

async function stepped(ended: Promise<Ended>): Promise<Stepped> {
  const { status, stdout, stderr } = await ended;
  return { status, text: stdout + stderr };
}

/** The variables that GitHub sets for a step. */
function reported(cwd: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    GITHUB_OUTPUT: join(cwd, 'output'),
    GITHUB_STEP_SUMMARY: join(cwd, 'summary'),
    ...env,
  };
}

function step(name: string, env: NodeJS.ProcessEnv = {}, cwd = folder): Promise<Stepped> {
  return stepped(runScript(SCRIPT, cwd, [name], reported(cwd, env)));
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
    assert.match(await readFile(join(folder, 'summary'), 'utf8'), /No shard has a report/);
  });

  it('merge, then site: shows what is there although a machine is missing', async () => {
    const read = parseShardPlan(await readFile(join(folder, 'shards.json'), 'utf8'));
    assert.ok(read.ok);
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
    const summary = await readFile(join(folder, 'summary'), 'utf8');
    assert.equal(summary.match(/Shard 2\/2 is missing: [^.]*\. Its/g)?.length, 1, summary);
    assert.match(await readFile(join(folder, 'news.txt'), 'utf8'), /^missing: shard 2\/2/m);
    const site = await step('site');
    assert.equal(site.status, 0, site.text);
    for (const file of ['index.html', 'report.json', 'history/runs.jsonl', 'history/index.html']) {
      assert.ok((await readFile(join(folder, 'site', file))).length > 0, file);
    }
  });

  it('issue: says how the merged report differs from the baseline, and only of the whole matrix', async () => {
    const baseline = sampleReport({
      environments: [sampleEnvironment('debian-11/old', 'glibc 2.31-1', 'CPython 3.9.2')],
      scenarios: ['add/os.system'],
      cells: [{ environment: 'debian-11/old', scenario: 'add/os.system', verdict: 'fail' }],
    });
    await writeFile(join(folder, 'baseline.json'), renderJson(baseline));
    const sent: { by: string | undefined; method: string | undefined; body: string }[] = [];
    const github = createServer((request, response) => {
      void textOf(request).then((body) => {
        const { method, headers } = request;
        if (method !== 'GET') sent.push({ by: headers.authorization, method, body });
        const issues = sent.map((one) => ({ number: 7, ...(JSON.parse(one.body) as object) }));
        response.end(JSON.stringify(method === 'GET' ? issues : { number: 7 }));
      });
    }).listen(0, '127.0.0.1');
    await once(github, 'listening');
    const env = {
      BASELINE: 'baseline.json',
      GITHUB_TOKEN: 't0ken-t0ken',
      GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'me/repo',
      GITHUB_RUN_ID: '12',
    };
    try {
      const part = await step('issue', { ...env, ONLY: 'debian-12' });
      assert.equal(part.status, 0, part.text);
      assert.equal(sent.length, 0);
      const kill = "if (process.argv[2] === 'diff') process.kill(process.pid, 'SIGKILL')";
      const preload = `--import data:text/javascript,${encodeURIComponent(kill)}`;
      const killed = await step('issue', { ...env, NODE_OPTIONS: preload });
      assert.equal(killed.status, 137, killed.text);
      assert.equal(sent.length, 0);
      const whole = await step('issue', env);
      assert.equal(whole.status, 0, whole.text);
      assert.match(whole.text, /issue 7 opened/);
      assert.ok(!whole.text.includes('t0ken'));
      const [opened = assert.fail(), ...others] = sent;
      assert.deepEqual([opened.method, opened.by, others], ['POST', 'Bearer t0ken-t0ken', []]);
      const { body } = JSON.parse(opened.body) as { body: string };
      assert.match(body, /## Removed rows\n\n- `?debian-11\/old/);
      assert.match(body, /Seen by https:\/\/github\.example\/me\/repo\/actions\/runs\/12/);
      // The next night, in which it is the same.
      assert.equal((await step('merge')).status, 3);
      const again = await step('issue', { ...env, GITHUB_RUN_ID: '13' });
      assert.match(again.text, /issue 7 unchanged/);
      assert.equal(sent.length, 1);
    } finally {
      github.close();
    }
  });

  it('that are not there are refused', async () => {
    assert.notEqual((await step('toString')).status, 0);
  });
});

/** Every file below a folder, as one text. */
async function everythingIn(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  assert.ok(files.length > 0);
  const texts = files.map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

describe('the steps that measure', () => {
  let place = '';
  let fake: FakeEngine;
  const engine = () => ({ DOCKER_HOST: fake.address, DOCKER_CONFIG: join(place, 'no-config') });

  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'step-run-'));
    await writeFile(join(place, 'matrix.yaml'), PULLED);
    await cp(REPRODUCTION, join(place, 'reproduction'), { recursive: true });
    fake = await startFakeEngine({ script: wholeRuns });
    fake.images.pulls = true;
  });
  after(async () => {
    await fake.close();
    await rm(place, { recursive: true, force: true });
  });

  it('shard: leaves what the merge needs, and shows the token to the registry alone', async () => {
    const planned = await step('plan', { SHARDS: '1' }, place);
    assert.equal(planned.status, 0, planned.text);
    const asked: [image: string, credentials: string][] = [];
    const pull = fake.images.routes['POST /images/create'] ?? assert.fail();
    const note = {
      type: 'handle',
      handle: (exchange: Parameters<typeof pull>[0]) => {
        const header = String(exchange.request.headers['x-registry-auth'] ?? '');
        const printed = Buffer.from(header, 'base64url').toString('utf8');
        asked.push([exchange.query('fromImage') ?? '', printed]);
        return pull(exchange);
      },
    } as const;
    fake.misbehave('POST /images/create', note, 50);
    const cache = { CACHE: 'ghcr.io/me/repo/images', CACHE_USER: 'me', CACHE_TOKEN: 'Geheim-9xQ' };
    const { status, text } = await step('shard', { ...engine(), ...cache, SHARD: '1/1' }, place);
    assert.equal(status, 0, text);
    const at = (host: RegExp) => asked.filter(([image]) => host.test(image));
    assert.ok(at(/^ghcr\.io\//).length > 0 && at(/ubuntu/).length > 0, JSON.stringify(asked));
    assert.ok(at(/^ghcr\.io\//).every(([, printed]) => printed.includes('Geheim-9xQ')));
    assert.ok(at(/ubuntu/).every(([, printed]) => !printed.includes('Geheim-9xQ')));
    const left = text + (await everythingIn(join(place, 'shard')));
    for (const secret of ['Geheim-9xQ', Buffer.from('me:Geheim-9xQ').toString('base64')]) {
      assert.ok(!left.includes(secret));
    }
    await cp(join(place, 'shard'), join(place, 'shards/shard-1'), { recursive: true });
    const merged = await step('merge', {}, place);
    assert.equal(merged.status, 0, merged.text);
    assert.match(merged.text, /4 cells: 2 ✗ fail, 2 ✓ pass/);
  });

  it('action: measures what its words choose, and takes none of them for a command', async () => {
    const words = `--only 'add/os.system' --fail-on "unexpected,error" --only '$(touch typed)*'`;
    const env = { ...engine(), MATRIX_RESULTS: 'theirs', MATRIX_ARGUMENTS: words };
    const refused = await stepped(start(ACTION, place, [], reported(place, env)).ended);
    assert.equal(refused.status, 2, refused.text);
    await assert.rejects(readFile(join(place, 'typed')));
    assert.match(await readFile(join(place, 'summary'), 'utf8'), /There is no report\. .*status 2/);
    await rm(join(place, 'summary'));
    const chosen = words.replace(/ --only '\$.*/, '');
    const { status, text } = await stepped(
      start(ACTION, place, [], reported(place, { ...env, MATRIX_ARGUMENTS: chosen })).ended,
    );
    assert.equal(status, 0, text);
    assert.match(text, /2 cells: 1 ✗ fail, 1 ✓ pass/);
    const summary = await readFile(join(place, 'summary'), 'utf8');
    assert.equal(summary.match(/2 cells: 1 ✗ fail, 1 ✓ pass/g)?.length, 1, summary);
  });
});
