/** The program as another project has it: installed from its tarball into an empty folder. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseReport } from '../../src/report/json.ts';
import { start } from '../support/program.ts';
import { cannotStartPrivateEngine } from './engine-under-test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MATRIX = `\
version: 1
reproduction: bug
bases:
  debian-12: { sources: [{ bootstrap: { debian: bookworm } }] }
pythons:
  cpython-3.11: { recipe: debian-package, args: { PACKAGE: python3.11 }, command: python3.11 }
groups:
  default:
    environments: { axes: { base: debian-12, python: cpython-3.11 } }
`;
const BUG = '#!/bin/sh\ntest "$("$PYTHON" -c "print(0.1 + 0.2)")" = 0.3\n';
let folder = '';

const ran = (program: string, args: readonly string[], cwd: string) =>
  start(program, cwd, args).ended;

const skip = await cannotStartPrivateEngine();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const packed = await ran('npm', ['pack', '--pack-destination', folder, '--json'], root);
  assert.equal(packed.status, 0, packed.stderr);
  const [{ filename = '' } = {}] = JSON.parse(packed.stdout) as { filename?: string }[];
  await mkdir(join(folder, 'project/bug'), { recursive: true });
  await writeFile(join(folder, 'project/package.json'), '{ "name": "theirs", "private": true }\n');
  await writeFile(join(folder, 'project/matrix.yaml'), MATRIX);
  await writeFile(join(folder, 'project/bug/run.sh'), BUG);
  await chmod(join(folder, 'project/bug/run.sh'), 0o755);
  const args = [
    ...['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    join(folder, filename),
  ];
  const installed = await ran('npm', args, join(folder, 'project'));
  assert.equal(installed.status, 0, installed.stderr);
});
after(() => rm(folder, { recursive: true, force: true }));

describe('the program, installed elsewhere', () => {
  const matrix = (...args: readonly string[]) =>
    ran(join(folder, 'project/node_modules/.bin/matrix'), args, join(folder, 'project'));

  it('plans that project’s own matrix', async () => {
    const { status, stdout, stderr } = await matrix('plan');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^1 environment, 1 cell\n/);
    assert.match(stdout, /debian-12\/cpython-3\.11 .*recipe debian-package/);
  });

  it('plans its own matrix in a folder without one, and says so', async () => {
    const { status, stdout, stderr } = await ran(
      join(folder, 'project/node_modules/.bin/matrix'),
      ['plan', '--only', 'debian-*'],
      folder,
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^16 environments, 64 cells\n/);
    assert.match(stderr, /^There is no matrix\.yaml here, so the program's own is used\.$/m);
  });

  it('writes the same page as here', async () => {
    const reference = join(root, 'results/reference');
    const { stdout } = await matrix('report', join(reference, 'report.json'), '--format', 'html');
    assert.ok(stdout === (await readFile(join(reference, 'report.html'), 'utf8')));
  });

  it('brings no tests, and everything that a run needs', async () => {
    const { stdout } = await ran(
      'find',
      ['node_modules/spawn-race-matrix', '-name', '*.test.ts'],
      join(folder, 'project'),
    );
    assert.equal(stdout, '');
  });

  it('measures that project’s own reproduction', { skip }, async () => {
    const { status, stderr } = await matrix('run');
    assert.equal(status, 0, stderr);
    const path = join(folder, 'project/results/latest/report.json');
    const read = parseReport(await readFile(path, 'utf8'));
    assert.ok(read.ok, JSON.stringify(read));
    assert.deepEqual(
      read.value.cells.map(({ verdict }) => verdict),
      ['fail'],
    );
    assert.equal(read.value.run.lock, null);
  });

  it('runs what was locked, and skips what moved', { skip }, async () => {
    const path = join(folder, 'project/matrix.lock.json');
    const locking = await matrix('lock');
    assert.equal(locking.status, 0, locking.stderr);
    const text = await readFile(path, 'utf8');
    assert.match(text, /"python3\.11": "3\.11/);
    const locked = await matrix('run', '--locked', '--json');
    const read = parseReport(locked.stdout);
    assert.ok(read.ok, locked.stderr);
    assert.match(read.value.run.lock?.sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(
      read.value.cells.map(({ verdict }) => verdict),
      ['fail'],
    );
    // As if the archive had moved since.
    await writeFile(path, text.replace(/("python3\.11": ")[^"]+/, '$13.11.1-1'));
    const moved = await matrix('run', '--locked', '--json', '--require-all');
    assert.equal(moved.status, 3, moved.stderr);
    const after_ = parseReport(moved.stdout);
    assert.ok(after_.ok);
    const [cell] = after_.value.cells;
    assert.equal(cell?.verdict, 'skipped');
    assert.match(cell.reason ?? '', /python3\.11 3\.11\.1-1 → 3\.11\.2/);
    // Nor does a locked image run a reproduction that is not the one in it.
    await writeFile(join(folder, 'project/bug/run.sh'), '#!/bin/sh\nexit 0\n');
    const other = await matrix('run', '--locked');
    assert.equal(other.status, 2);
    assert.match(other.stderr, /changed since it was locked/);
  });
});
