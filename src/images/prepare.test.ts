/** Which builds a run makes for its rows, in what order, from what. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BuildRequest, ContainerRequest, Engine, StoredImage } from '../engine/engine.ts';
import { FACTS } from '../../test/support/scripted-engine.ts';
import { loaded } from '../../test/support/small-matrix.ts';
import type { Environment } from '../model.ts';
import { baseFingerprint } from './fingerprint.ts';
import { LABELS } from './naming.ts';
import { preparation } from './prepare.ts';
import { platformOf, PLATFORMS, platformTag, type Platform } from '../platform.ts';

const MATRIX = `\
version: 1
bases:
  old: { sources: [{ bootstrap: { debian: bullseye } }], platforms: [linux/386, linux/s390x] }
  new: { sources: [{ bootstrap: { debian: trixie } }], platforms: [linux/386, linux/s390x] }
pythons:
  tree:
    recipe: cpython-tree
    build: { base: old, recipe: cpython-source, args: { SOURCE: python3.11 } }
    command: /opt/python/bin/python3.11
  package: { recipe: debian-package, args: { PACKAGE: python3.13 }, command: python3.13 }
groups:
  default:
    environments:
      axes: { base: [old, new], python: [tree, package], malloc: [default, jemalloc] }
    scenarios: { axes: { mutation: add, launcher: os.system } }
  platforms:
    extends: default
    environments:
      axes: { base: [old, new], python: [tree, package], platform: [own, linux/386, linux/s390x] }
`;
const IMAGES = join(import.meta.dirname, '../../images');
const matrix = loaded(MATRIX, 'linux/amd64');

const MUSL_PROBE = JSON.stringify({
  facts: { ...FACTS, libc: { name: 'musl', version: '1.2.5', package: 'musl 1.2.5-3' } },
  executable: '/usr/bin/python3',
  untraceable: null,
});

/**
 * An engine that has every base, and builds every requested image.
 *
 * @param arch of its host, which is this machine
 * @param states whether images state their platform
 */
function recordingEngine(
  fails: (tag: string) => boolean = () => false,
  arch = 'x86_64',
  states = true,
) {
  const builds: Pick<BuildRequest, 'tag' | 'args' | 'platform'>[] = [];
  const images = new Map<string, StoredImage>();
  const store = (
    tag: string,
    labels: Readonly<Record<string, string>>,
    platform?: Platform,
  ): StoredImage => {
    const stated = states ? platform : undefined;
    const image = {
      id: `sha256:${tag}`,
      tags: [tag],
      labels,
      size: 1,
      digests: [],
      platform: stated,
    };
    images.set(tag, image);
    return image;
  };
  const engine = {
    description: { host: { arch, kernel: release() } },
    image: (reference: string) => {
      const [, base, tag] = /^race-matrix\/(old|new)(?:__([\w-]+))?:/.exec(reference) ?? [];
      const platform = PLATFORMS.find(
        (one) => platformTag(one) === tag && one !== platformOf(arch),
      );
      if (base === undefined) return Promise.resolve(images.get(reference));
      const labels = {
        [LABELS.source]: `source of ${base}`,
        [LABELS.identity]: platform === undefined ? base : `${base} ${platform}`,
        [LABELS.fingerprint]: baseFingerprint(matrix.bases.get(base)?.sources ?? [], platform),
      };
      return Promise.resolve(store(reference, labels, platform));
    },
    build: (request: BuildRequest) => {
      request.context.resume();
      const { tag, args, platform } = request;
      builds.push({ tag, args, platform });
      return Promise.resolve(
        fails(request.tag)
          ? { type: 'failed', reason: `no ${request.tag}`, log: [] }
          : { type: 'done', image: store(request.tag, request.labels, request.platform) },
      );
    },
    // The probe of a Python on musl.
    run: ({ onStdout }: ContainerRequest) => {
      onStdout(Buffer.from(MUSL_PROBE));
      return Promise.resolve({ type: 'exited', status: 0 });
    },
  } as unknown as Engine;
  return {
    engine,
    builds,
    names: () => builds.map(({ tag }) => tag.replace(/^race-matrix\/|:.*/g, '')),
  };
}

describe('the images of several rows', () => {
  let reproduction = '';
  before(async () => {
    reproduction = await mkdtemp(join(tmpdir(), 'prepare-'));
    await mkdir(join(reproduction, 'c'));
    await writeFile(join(reproduction, 'run.sh'), '#!/bin/sh\n');
    await writeFile(join(reproduction, 'program.c'), 'int main(void) { return 0; }\n');
  });
  after(() => rm(reproduction, { recursive: true, force: true }));

  const rows = matrix.groups.get('default')?.environments ?? [];
  const row = (id: string): Environment => {
    const found = [...rows, ...(matrix.groups.get('platforms')?.environments ?? [])].find(
      (environment) => environment.id === id,
    );
    assert.ok(found, id);
    return found;
  };
  const options = (programs: readonly string[], compileOn: string | null) => ({
    work: {
      emit: () => undefined,
      slot: <T>(work: () => Promise<T>) => work(),
      signal: new AbortController().signal,
      refresh: false,
      timeoutSeconds: 10,
    },
    recipes: [IMAGES],
    reproduction,
    packages: [],
    programs,
    compileOn: matrix.bases.get(compileOn ?? '') ?? null,
  });
  const prepared = (engine: Engine, programs: readonly string[], compileOn: string | null) =>
    preparation({ ...options(programs, compileOn), engine });

  it('build a Python from source once, on its own base, for all bases', async () => {
    const { engine, names, builds } = recordingEngine();
    const prepare = await prepared(engine, [], null);
    const both = await Promise.all([prepare(row('new/tree')), prepare(row('old/tree'))]);
    assert.ok(both.every(({ type }) => type === 'ready'));
    assert.deepEqual(names().sort(), [
      'new/runtime',
      'new/tree',
      'new/tree/reproduction',
      'old/runtime',
      'old/toolchain',
      'old/tree',
      'old/tree/build',
      'old/tree/reproduction',
    ]);
    const trees = builds.filter(({ tag }) => tag.includes('/tree:'));
    assert.equal(new Set(trees.map(({ args }) => args['BUILT'])).size, 1);
    assert.equal(new Set(trees.map(({ args }) => args['RUNTIME'])).size, 2);
    const [onNew] = both;
    assert.ok(onNew.type === 'ready');
    assert.equal(onNew.image.source, 'source of new');
  });

  it('put an allocator on the row that is there without it', async () => {
    const { engine, names, builds } = recordingEngine();
    const prepare = await prepared(engine, [], null);
    await prepare(row('new/package'));
    await prepare(row('new/package/jemalloc'));
    assert.deepEqual(names(), [
      'new/runtime',
      'new/package',
      'new/package/reproduction',
      'new/package/jemalloc',
      'new/package/jemalloc/reproduction',
    ]);
    assert.equal(row('new/package/jemalloc').python.command, '/opt/malloc/python');
    const [malloc] = builds.filter(({ tag }) => tag.includes('/jemalloc:'));
    assert.equal(malloc?.args['COMMAND'], 'python3.13');
    assert.equal(malloc.args['MALLOC'], 'jemalloc');
  });

  it('compile the reproduction on one base for all', async () => {
    const { engine, names } = recordingEngine();
    const prepare = await prepared(engine, ['program.c'], 'old');
    await Promise.all([prepare(row('new/package')), prepare(row('old/package'))]);
    assert.deepEqual(
      names().filter((name) => name.endsWith('/programs')),
      ['old/programs'],
    );
  });

  it('compile it on the base of a row where the base for all has no toolchain', async () => {
    const { engine, names } = recordingEngine((tag) => tag.includes('/old/toolchain:'));
    const prepare = await prepared(engine, ['program.c'], 'old');
    assert.equal((await prepare(row('new/package'))).type, 'ready');
    assert.ok(names().includes('new/programs'));
    // A compiler's error for a program is the same on every base.
    const wrong = recordingEngine((tag) => tag.includes('/programs'));
    const failing = await prepared(wrong.engine, ['program.c'], 'old');
    assert.equal((await failing(row('new/package'))).type, 'failed');
    assert.ok(!wrong.names().includes('new/toolchain'));
  });

  it('compile it for the C library of the row alone where it does not compile for both', async () => {
    const { engine, builds, names } = recordingEngine((tag) => tag.includes('/programs:'));
    const prepare = await prepared(engine, ['program.c'], 'old');
    assert.equal((await prepare(row('new/package'))).type, 'ready');
    assert.equal((await prepare(row('old/package'))).type, 'ready');
    const compiled = names().filter((name) => name.includes('/programs'));
    assert.deepEqual(compiled, ['old/programs', 'old/programs-musl']);
    const forMusl = builds.find(({ tag }) => tag.includes('/programs-musl:'));
    assert.equal(forMusl?.args['LIBCS'], 'musl');
  });

  it('are errors of all rows that need a build that failed, and of no others', async () => {
    const { engine } = recordingEngine((tag) => tag.includes('/build:'));
    const prepare = await prepared(engine, [], null);
    assert.equal((await prepare(row('new/tree'))).type, 'failed');
    assert.equal((await prepare(row('old/tree'))).type, 'failed');
    assert.equal((await prepare(row('new/package'))).type, 'ready');
  });

  it('are built on the base of their own platform, which the engine is asked for', async () => {
    const { engine, builds, names } = recordingEngine();
    const prepare = await prepared(engine, ['program.c'], 'old');
    const made = await prepare(row('new@linux-386/tree'));
    // Where this machine runs no programs of 32 bits, the row is left out.
    if (made.type === 'unavailable') return;
    assert.equal(made.type, 'ready');
    assert.ok(
      names().every((name) => name.includes('__linux-386')),
      names().join(),
    );
    assert.ok(names().includes('old__linux-386/programs'));
    assert.ok(builds.every(({ platform }) => platform === 'linux/386'));
    const amd64 = recordingEngine();
    await (
      await prepared(amd64.engine, ['program.c'], 'old')
    )(row('new/tree'));
    assert.ok(amd64.builds.every(({ platform }) => platform === undefined));
    const tags = new Set(amd64.builds.map(({ tag }) => tag.replace(/.*:/, '')));
    assert.ok(builds.every(({ tag }) => !tags.has(tag.replace(/.*:/, ''))));
  });

  it('are asked for without a platform where they do not state theirs', async () => {
    const { engine, builds } = recordingEngine(undefined, undefined, false);
    const prepare = await prepared(engine, [], null);
    const made = await prepare(row('new@linux-386/package'));
    if (made.type === 'ready') assert.ok(builds.every(({ platform }) => platform === undefined));
  });

  it('are the same on an engine of their own platform as they are there without one', async () => {
    const { engine, builds } = recordingEngine(undefined, 's390x');
    const prepare = await prepared(engine, [], null);
    assert.equal((await prepare(row('new@linux-s390x/tree'))).type, 'ready');
    assert.ok(builds.every(({ platform }) => platform === undefined));
  });

  it('get the packages of a script, and bash where an image that a user names lacks it', async () => {
    for (const [status, packages] of [
      [0, 'strace'],
      [127, 'bash strace'],
    ] as const) {
      const { engine, builds, names } = recordingEngine();
      const given = { id: 'sha256:mine', tags: [], labels: {}, size: 1, digests: [] };
      const prepare = await preparation({
        ...options([], null),
        engine: {
          ...engine,
          image: (name) => (name === 'mine:1' ? Promise.resolve(given) : engine.image(name)),
          run: () => Promise.resolve({ type: 'exited', status, seconds: 1 }),
        },
        packages: ['strace'],
        needsBash: true,
        scriptFolder: { files: [] },
      });
      const made = await prepare({ ...row('new/package'), image: 'mine:1' });
      assert.equal(made.type, 'ready');
      assert.deepEqual(names(), ['given/mine-1/packages']);
      assert.deepEqual(builds[0]?.args, { PACKAGES: packages, BASE: 'mine:1' });
    }
  });

  it('are left out, with the reason, where nothing here runs their programs', async () => {
    const { engine, builds } = recordingEngine(undefined, 'riscv64');
    const prepare = await prepared(engine, [], null);
    const made = await prepare(row('new@linux-386/package'));
    assert.ok(made.type === 'unavailable' || made.type === 'ready');
    if (made.type === 'unavailable') {
      assert.match(made.reason, /cannot run linux\/386: .*binfmt_misc has no qemu-i386/);
      assert.deepEqual(builds, []);
    }
  });
});
