/**
 * The tests of engines and of units once more, with Docker and Node of the Debian releases after this
 * machine's. Their programs are in roots that are made once; the private engine finds its `dockerd` there.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../src/app/with-engine.ts';
import { openEngine } from '../../src/engine/opening/open.ts';
import { plainEnvironment } from '../support/program.ts';
import { cacheWith, cannotMakeRoot, withUsrOf, type DebianRelease } from './debian-root.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The requirements of the unit tests and of the engine. */
const PACKAGES = [
  'docker.io',
  'nodejs',
  'make',
  'git',
  'python3',
  'strace',
  'build-essential',
  'gpg',
];

interface Versions extends DebianRelease {
  readonly docker: RegExp;
  /** Where it keeps its images: `containerd` is what fresh installations of Docker 29 use. */
  readonly store: 'overlay2' | 'containerd';
  readonly node: RegExp;
}

const RELEASES: readonly Versions[] = [
  {
    suite: 'trixie',
    packages: PACKAGES,
    docker: /^26\.1\./,
    store: 'overlay2',
    node: /^v20\./,
  },
  { suite: 'sid', packages: PACKAGES, docker: /^28\.5\./, store: 'containerd', node: /^v2[4-9]\./ },
];

/** Tests of `test/integration` that use a private engine. */
const ENGINE_TESTS = ['engine', 'attempts', 'faults', 'image-cache', 'matrix', 'private-engine'];

async function run(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | null; output: string }> {
  const [program = '', ...args] = command;
  // A test that is started by a test would report to it instead of to us.
  const environment = { ...plainEnvironment(), ...env };
  delete environment['NODE_TEST_CONTEXT'];
  const child = spawn(program, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { status: child.exitCode, output };
}

for (const release of RELEASES) {
  const { suite, store } = release;
  describe(`Debian ${suite}`, { skip: await cannotMakeRoot(release) }, () => {
    let folder = '';
    let env: NodeJS.ProcessEnv = {};
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'versions-test-'));
      const dockerd = join(folder, 'dockerd');
      const feature = store === 'containerd' ? '--feature=containerd-snapshotter' : '';
      // The private engine starts it in a mount namespace of its own.
      const script = `#!/bin/sh\nset -- /usr/sbin/dockerd ${feature} "$@"\n${withUsrOf(release)}\n`;
      await writeFile(dockerd, script);
      await chmod(dockerd, 0o755);
      env = {
        PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
        XDG_CACHE_HOME: cacheWith(release),
        MATRIX_TEST_CACHE: cacheFolder({ XDG_CACHE_HOME: cacheWith(release) }),
      };
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it(`has a Docker that keeps its images by ${store}`, async (test) => {
      const environment = { ...plainEnvironment(), ...env };
      const opened = await openEngine(
        {
          explicit: 'private',
          env: environment,
          cacheFolder: cacheFolder(environment),
          notify: () => undefined,
        },
        new AbortController().signal,
      );
      assert.ok(opened.type === 'ready', JSON.stringify(opened));
      const { description } = opened.engine;
      await opened.engine.close();
      test.diagnostic(`${description.name} ${description.version}`);
      assert.match(description.version, release.docker);
    });

    for (const name of ENGINE_TESTS) {
      it(`passes the tests of ${name}`, async () => {
        const file = join(root, `test/integration/${name}.test.ts`);
        const command = [
          process.execPath,
          '--import',
          'tsx',
          '--test',
          '--test-reporter=spec',
          file,
        ];
        const { status, output } = await run(command, env);
        assert.equal(status, 0, output);
        assert.match(output, /pass [1-9]/);
        assert.match(output, /skipped 0/);
      });
    }

    it('has a Node that passes the unit tests', async (test) => {
      const inNamespace = ['unshare', '--mount', 'sh', '-c', withUsrOf(release), 'sh'];
      const version = await run([...inNamespace, '/usr/bin/node', '--version'], {});
      test.diagnostic(`Node ${version.output.trim()}`);
      assert.match(version.output, release.node);
      const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
      const { status, output } = await run([...inNamespace, 'make', 'test-unit'], { PATH });
      assert.equal(status, 0, output);
    });
  });
}
