/**
 * The group `registry` against a registry on loopback, which has some of its images under their own names:
 * all of them made of one base that can be bootstrapped, since nothing else is available here.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../src/engine/opening/open.ts';
import { prepareBase } from '../../src/images/prepare-base.ts';
import { readFolder } from '../../src/host/folder-content.ts';
import type { Report } from '../../src/report/schema.ts';
import { parseReport } from '../../src/report/json.ts';
import { cacheFolder } from '../../src/app/with-engine.ts';
import { cannotStartRegistry, startRegistry, type Registry } from '../support/registry/registry.ts';
import { cannotStartPrivateEngine, plainEnvironment } from './engine-under-test.ts';
import { runProgram, type Ended } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skip = (await cannotStartPrivateEngine()) || cannotStartRegistry();
/** As matrix.yaml names them. */
const SERVED = ['ubuntu:24.04', 'ubuntu:22.04'];
const signal = new AbortController().signal;
let folder = '';
let registry: Registry;

/** Gives the registry its images, by way of the engine that the program will use. */
async function fill(): Promise<void> {
  const opened = await openEngine(
    {
      ...{ explicit: 'private', env: plainEnvironment(), notify: () => undefined },
      cacheFolder: cacheFolder(process.env),
    },
    signal,
  );
  assert.ok(opened.type === 'ready', JSON.stringify(opened));
  const { engine } = opened;
  try {
    const sources = [{ type: 'bootstrap', release: 'bookworm' } as const];
    const base = await prepareBase(
      { id: 'debian-12', sources },
      {
        engine,
        work: {
          emit: () => undefined,
          slot: (work) => work(),
          ...{ signal, refresh: false, timeoutSeconds: 1800 },
        },
        overlayRecipe: await readFolder(join(root, 'images/overlay'), 'overlay'),
        archiveRecipe: await readFolder(join(root, 'images/archive'), 'archive'),
        pulls: new Map(),
        registries: new Map(),
      },
    );
    assert.ok(base.type === 'ready', JSON.stringify(base));
    for (const name of SERVED) {
      const reference = `${registry.address}/${name}`;
      await engine.tag(base.image.id, reference);
      const pushed = await engine.push(reference, { timeoutSeconds: 60 }, signal);
      assert.equal(pushed.type, 'done', JSON.stringify(pushed));
      await engine.removeImage(reference);
    }
  } finally {
    await engine.close();
  }
}

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'pulled-'));
  await cp(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
  // The matrix as it is, with the registry's address before each name that it pulls.
  const matrix = (await readFile(join(root, 'matrix.yaml'), 'utf8'))
    .replace(/^baseline:.*$/m, '')
    .replaceAll(/pull: '?([\w./:-]+)'?/g, `pull: '${registry.address}/$1'`)
    .replace('maxRate: 0.001, budget: 60s', 'maxRate: 0.01, budget: 30s');
  await writeFile(join(folder, 'matrix.yaml'), matrix);
  await fill();
});
after(async () => {
  if (skip !== false) return;
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(only: string): Promise<{ ended: Ended; report: Report }> {
  const ended = await runProgram(folder, [
    ...['run', '--group', 'registry', '--json', '--engine', 'private', '--refresh'],
    ...only.split(' ').flatMap((one) => ['--only', one]),
  ]);
  const read = parseReport(ended.stdout);
  assert.ok(read.ok, ended.stderr);
  return { ended, report: read.value };
}

describe('the group registry', { skip }, () => {
  it('measures what the registry has, with its digest, and skips what it lacks', async () => {
    const { report, ended } = await run('ubuntu-24.04/system-apt fedora-43/system-dnf');
    const row = report.environments.find(({ id }) => id === 'ubuntu-24.04/system-apt');
    assert.match(row?.image?.source ?? '', /^pulled 127\.0\.0\.1:\d+\/ubuntu@sha256:[0-9a-f]{64}$/);
    // Measured in the image, whatever it is called.
    assert.equal(row?.distro?.id, 'debian');
    const verdicts = (id: string) =>
      report.cells.filter(({ environment }) => environment === id).map(({ verdict }) => verdict);
    assert.ok(!verdicts('ubuntu-24.04/system-apt').includes('error'), ended.stderr);
    assert.ok(verdicts('ubuntu-24.04/system-apt').includes('fail'));
    const lacking = report.cells.filter(({ environment }) => environment.startsWith('fedora'));
    assert.ok(lacking.length > 0 && lacking.every(({ verdict }) => verdict === 'skipped'));
    assert.match(lacking[0]?.reason ?? '', /fedora:43.*(manifest unknown|not found|name unknown)/s);
  });

  it('joins the default group where the registry answers', async () => {
    const ended = await runProgram(folder, [
      ...['run', '--json', '--engine', 'private', '--results', 'joined'],
      ...['--only', 'debian-12/cpython-3.11', '--only', 'ubuntu-24.04/*', '--only', 'add/*'],
    ]);
    const read = parseReport(ended.stdout);
    assert.ok(read.ok, ended.stderr);
    const { environments, run: facts } = read.value;
    assert.deepEqual(environments.map(({ id }) => id).sort(), [
      'debian-12/cpython-3.11',
      'ubuntu-24.04/system-apt',
    ]);
    assert.equal(facts.leftOut, undefined);
  });

  it('is left out of the default group in one line where no one answers', async () => {
    await registry.stop();
    const ended = await runProgram(folder, [
      ...['run', '--json', '--engine', 'private', '--results', 'left-out'],
      ...['--only', 'debian-12/cpython-3.11', '--only', 'ubuntu-*', '--only', 'add/*'],
    ]);
    const read = parseReport(ended.stdout);
    assert.ok(read.ok, ended.stderr);
    assert.deepEqual(
      read.value.environments.map(({ id }) => id),
      ['debian-12/cpython-3.11'],
    );
    assert.equal(read.value.run.leftOut?.length, 1);
    assert.match(
      ended.stderr,
      /^\d+ rows left out: the registry 127\.0\.0\.1:\d+ does not answer/m,
    );
  });

  it('is one line where no one answers', async () => {
    await registry.stop();
    const { report } = await run('ubuntu-22.04/system-apt arch/system-pacman fedora-* alpine-*');
    assert.ok(report.cells.length >= 20);
    assert.deepEqual(new Set(report.cells.map(({ verdict }) => verdict)), new Set(['skipped']));
    const reasons = new Set(report.cells.map(({ reason }) => reason));
    assert.equal(reasons.size, 1, [...reasons].join('\n'));
    assert.match([...reasons].join(), /^The registry 127\.0\.0\.1:\d+ does not answer: .*refused/);
  });
});
