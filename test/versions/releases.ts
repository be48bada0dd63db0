/** Debian releases whose Docker, Podman and Node are tested besides those of this machine. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../src/app/with-engine.ts';
import { shellWord } from '../../src/text/shell-word.ts';
import { plainEnvironment } from '../support/program.ts';
import { cacheWith, withProgramsOf, type DebianRelease } from './debian-root.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The requirements of the engines and of the unit tests. */
const PACKAGES = [
  ...['docker.io', 'podman', 'runc', 'catatonit'],
  ...['nodejs', 'make', 'git', 'python3', 'strace', 'build-essential', 'gpg'],
  ...['procps', 'tzdata'],
];

export interface TestedRelease extends DebianRelease {
  readonly docker: RegExp;
  /** Where Docker keeps its images: `containerd` is what fresh installations of Docker 29 use. */
  readonly store: 'overlay2' | 'containerd';
  readonly node: RegExp;
}

export const TRIXIE: TestedRelease = {
  name: 'trixie',
  suite: 'trixie',
  packages: PACKAGES,
  docker: /^26\.1\./,
  store: 'overlay2',
  node: /^v20\./,
};

export const SID: TestedRelease = {
  name: 'sid',
  suite: 'sid',
  packages: PACKAGES,
  docker: /^(2[89]|[3-9]\d)\./,
  store: 'containerd',
  node: /^v2[4-9]\./,
};

/** The programs of a release for the children of a test. */
export interface ReleasePrograms {
  /** With its `dockerd` and `podman` first on PATH, and a cache folder of its own. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Each program is a script that starts the release's own in a mount namespace of its own. */
export async function programsOf(release: TestedRelease): Promise<ReleasePrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'versions-test-'));
  const feature = release.store === 'containerd' ? ' --feature=containerd-snapshotter' : '';
  for (const [name, command] of [
    ['dockerd', `/usr/sbin/dockerd${feature}`],
    ['podman', '/usr/bin/podman'],
    ['catatonit', '/usr/bin/catatonit'],
  ] as const) {
    const script = `#!/bin/sh\nexec ${inNamespace(release).join(' ')} ${command} "$@"\n`;
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
  const XDG_CACHE_HOME = cacheWith(release);
  return {
    env: {
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
      XDG_CACHE_HOME,
      MATRIX_TEST_CACHE: cacheFolder({ XDG_CACHE_HOME }),
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The words before a command that shall find the programs of a release under /usr. */
export function inNamespace(release: TestedRelease): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', shellWord(withProgramsOf(release)), 'sh'];
}

/** Runs a shell's command in the repository, with the environment of a user who is no test. */
export async function runShell(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly status: number | null; readonly output: string }> {
  const inherited = plainEnvironment();
  // A test that is started by a test would report to it instead of to us; the others name an engine.
  for (const name of ['NODE_TEST_CONTEXT', 'MATRIX_TEST_ENGINE', 'CONTAINER_HOST'])
    Reflect.deleteProperty(inherited, name);
  const child = spawn('sh', ['-c', command], {
    cwd: repository,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { status: child.exitCode, output };
}

/** The version of the Docker among these programs. @throws AssertionError if it is not the release's */
export async function dockerVersion(
  { docker }: TestedRelease,
  { env }: ReleasePrograms,
): Promise<string> {
  const { output } = await runShell('dockerd --version', env);
  const version = /\d+\.[\d.]+/.exec(output)?.[0] ?? output;
  assert.match(version, docker);
  return version;
}

/** Runs a file of `test/integration` from within a test. @throws AssertionError if it fails or is skipped */
export async function passIntegrationTest(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const file = `test/integration/${name}.test.ts`;
  const command = `"${process.execPath}" --import tsx --test --test-reporter=spec ${file}`;
  const { status, output } = await runShell(command, env);
  assert.equal(status, 0, output);
  assert.match(output, /pass [1-9]/);
  // A whole part that was skipped; single tests can be impossible for an engine.
  assert.doesNotMatch(output, /^﹣/m, output);
}
