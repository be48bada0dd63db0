/**
 * Rehearses a release on one machine: scripts/ci/publish.sh publishes the last commit to a registry on
 * loopback, and the package is installed from there into an empty folder and started: `make test-release`.
 *
 * Its checks are left out, because `make check test-unit` is what a developer runs anyway, and so is the
 * statement of provenance, which only a workflow can make. Every other package comes from npm's registry.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startNpmRegistry, type NpmRegistry } from '../test/support/npm-registry/npm-registry.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program to its end. @throws Error if it ends with another status than expected */
async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly status?: number },
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { cwd, env = process.env, status: wanted = 0 } = options;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const status = await ended;
  assert.equal(status, wanted, `${program} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The last commit with the heading of a release, in a folder of its own. */
async function checkOut(folder: string): Promise<string> {
  const clone = join(folder, 'clone');
  await run('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone], { cwd: folder });
  const path = join(clone, 'CHANGELOG.md');
  const changes = await readFile(path, 'utf8');
  await writeFile(path, changes.replace(' (not released)', ''));
  const { version } = JSON.parse(await readFile(join(clone, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** The variables of the workflow, npm's settings for the registry, and a `make` that checks nothing. */
async function environment(folder: string, registry: NpmRegistry): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'make'), `#!/bin/sh\necho "make $*"\n`, { mode: 0o755 });
  const { host } = new URL(registry.address);
  const settings = join(folder, 'npmrc');
  await writeFile(
    settings,
    `registry=${registry.address}\n//${host}/:_authToken=${registry.token}\naudit=false\nfund=false\n`,
  );
  return {
    ...process.env,
    PATH: [bin, process.env['PATH']].join(delimiter),
    NPM_CONFIG_USERCONFIG: settings,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'OWNER/spawn-race-matrix',
  };
}

/** Publishes with the workflow's own script, after the attempts that it has to refuse. */
async function publish(clone: string, version: string, env: NodeJS.ProcessEnv): Promise<void> {
  const script = join(clone, 'scripts/ci/publish.sh');
  const wrong = { ...env, GITHUB_REF_NAME: 'v99.0.0' };
  const refused = await run(script, [], { cwd: clone, env: wrong, status: 1 });
  assert.match(refused.stderr, /^The tag is v99\.0\.0, but package\.json has version /);
  const tagged = { ...env, GITHUB_REF_NAME: `v${version}` };
  const { stdout } = await run(script, [], { cwd: clone, env: tagged });
  assert.match(stdout, /^make check test-unit$/m);
  await run(script, [], { cwd: clone, env: tagged, status: 1 });
}

/** What a user does with it. */
async function install(folder: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "name": "theirs", "private": true }\n');
  const args = ['install', '--ignore-scripts', '--prefer-offline', name];
  await run('npm', args, { cwd: folder, env });
  const program = join(folder, 'node_modules/.bin/matrix');
  const help = await run(program, ['--help'], { cwd: folder });
  assert.match(help.stdout, /^Usage: matrix /m);
  const plan = await run(program, ['plan', '--only', 'debian-*'], { cwd: folder });
  assert.match(plan.stdout, /^16 environments, 64 cells\n/);
  assert.match(plan.stderr, /the program's own is used/);
}

const folder = await mkdtemp(join(tmpdir(), 'release-'));
const { stdout: upstream } = await run('npm', ['config', 'get', 'registry'], { cwd: ROOT });
const registry = await startNpmRegistry(upstream.trim());
try {
  const version = await checkOut(folder);
  const env = await environment(folder, registry);
  await publish(join(folder, 'clone'), version, env);
  const [[name, document] = assert.fail('nothing was published')] = registry.published;
  const { repository } = document.versions[version] ?? assert.fail(`${version} is not there`);
  assert.deepEqual(repository, {
    type: 'git',
    url: 'git+https://github.com/OWNER/spawn-race-matrix.git',
  });
  print(`Published ${name} ${version} to a registry on loopback.`);
  await install(join(folder, 'project'), `${name}@${version}`, env);
  print('Installed it from there into an empty folder; matrix --help and matrix plan ran.');
} finally {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
}
