/** The program from its command line against a real engine, with images that it makes itself. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Cell, Report } from '../../src/report/schema.ts';
import { parseReport } from '../../src/report/json.ts';
import { runProgram, type Ended, type Watch } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-test-'));
  await cp(join(root, 'test/integration/matrices'), folder, { recursive: true });
  await cp(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
});
after(() => rm(folder, { recursive: true, force: true }));

const matrix = (args: readonly string[], watch?: Watch) => runProgram(folder, args, {}, watch);

async function latest(results: string): Promise<Report> {
  const loaded = parseReport(await readFile(join(folder, results, 'latest/report.json'), 'utf8'));
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
}

function cellOf(report: Report, environment: string, scenario: string): Cell {
  const cell = report.cells.find(
    (item) => item.environment === environment && item.scenario === scenario,
  );
  assert.ok(cell, `${environment} ${scenario}`);
  return cell;
}

describe('matrix run', () => {
  let ended: Ended;
  let report: Report;
  before(async () => {
    ended = await matrix(['run', '--matrix', 'small.yaml', '--results', 'out']);
    report = await latest('out');
  });

  it('finds the race of glibc 2.36, with evidence, and passes what is safe there', () => {
    const add = cellOf(report, 'debian-12/cpython-3.11', 'add/os.system');
    assert.equal(add.verdict, 'fail', ended.stderr);
    assert.match(add.evidence.join('\n'), /execve\("\/bin\/sh".* = -1 EFAULT/);
    assert.equal(cellOf(report, 'debian-12/cpython-3.11', 'overwrite/os.system').verdict, 'pass');
    assert.equal(cellOf(report, 'debian-12/cpython-3.11', 'none/os.system').verdict, 'pass');
  });

  it('finds both races of musl, with a CPython that it built', () => {
    for (const scenario of ['add/os.system', 'overwrite/os.system']) {
      assert.equal(cellOf(report, 'debian-12/cpython-3.11-musl', scenario).verdict, 'fail');
    }
  });

  it('shows what was measured inside the images', () => {
    const facts = (id: string) => report.environments.find((item) => item.id === id);
    const glibc = facts('debian-12/cpython-3.11');
    assert.equal(glibc?.libc?.name, 'glibc');
    assert.match(glibc.libc.package, /^libc6 2\.36-/);
    assert.match(glibc.shell ?? '', /dash/);
    assert.match(glibc.image?.source ?? '', /bootstrapped from Debian bookworm, archive of \d{4}-/);
    const musl = facts('debian-12/cpython-3.11-musl');
    assert.equal(musl?.libc?.name, 'musl');
    assert.match(musl.libc.package, /^musl 1\.2\.3-/);
    assert.match(
      musl.python?.build ?? '',
      /from python3\.11_.*of Debian bookworm, sha256 [0-9a-f]{64}/,
    );
  });

  it('finds the race with another allocator, which is really loaded', () => {
    const id = 'debian-12/cpython-3.11/jemalloc';
    const row = report.environments.find((item) => item.id === id);
    assert.match(row?.python?.build ?? '', /malloc jemalloc/);
    assert.equal(cellOf(report, id, 'none/os.system').verdict, 'pass');
    assert.equal(cellOf(report, id, 'add/os.system').verdict, 'fail');
  });

  it('makes a failed build an error of its row, with the end of its log', () => {
    const cell = cellOf(report, 'debian-12/broken', 'add/os.system');
    assert.equal(cell.verdict, 'error');
    assert.match(cell.reason ?? '', /this step says why it fails/);
  });

  it('makes a missing module, and a missing strace, errors and never passes', () => {
    for (const [python, reason] of [
      ['no-json', /json/],
      ['no-strace', /strace/],
    ] as const) {
      for (const cell of report.cells.filter(
        (item) => item.environment === `debian-12/${python}`,
      )) {
        assert.equal(cell.verdict, 'error');
        assert.match(cell.reason ?? '', reason);
      }
    }
  });

  it('skips a release that the archive does not have, with the reason, and counts it', () => {
    const cell = cellOf(report, 'debian-nowhere/cpython-3.11', 'add/os.system');
    assert.equal(cell.verdict, 'skipped');
    assert.match(cell.reason ?? '', /nosuchrelease/);
    assert.equal(report.summary.skipped, 3);
  });

  it('ends with 3, since some cells could not be measured, and prints the table', () => {
    assert.equal(ended.status, 3);
    assert.match(ended.stdout, /debian-12\/cpython-3\.11-musl +CPython 3\.11\.2 +musl 1\.2\.3/);
    assert.ok(!ended.stdout.includes('\u001b'));
  });

  it('builds nothing the second time, and comes to the same verdicts', async () => {
    const again = await matrix([
      ...['run', '--matrix', 'small.yaml', '--results', 'out', '--json'],
      ...['--only', 'debian-12/cpython*'],
    ]);
    assert.equal(again.status, 0, again.stderr);
    assert.doesNotMatch(again.stderr, /building/);
    const second = parseReport(again.stdout);
    assert.ok(second.ok);
    for (const cell of second.value.cells) {
      assert.equal(cell.verdict, cellOf(report, cell.environment, cell.scenario).verdict);
    }
  });
});

describe('matrix run, interrupted', () => {
  it('keeps what was measured, skips the rest, and ends with 130', async () => {
    let interrupted = false;
    const ended = await matrix(
      [
        ...['run', '--matrix', 'small.yaml', '--results', 'interrupted'],
        ...['--only', 'debian-12/cpython-3.11'],
      ],
      (printed, child) => {
        // Once: a second one would end it without a report.
        if (!interrupted && printed.includes('add/os.system')) child.kill('SIGINT');
        interrupted ||= printed.includes('add/os.system');
      },
    );
    assert.equal(ended.status, 130, ended.stderr);
    const report = await latest('interrupted');
    assert.equal(report.run.complete, false);
    assert.equal(cellOf(report, 'debian-12/cpython-3.11', 'add/os.system').verdict, 'fail');
    const rest = cellOf(report, 'debian-12/cpython-3.11', 'overwrite/os.system');
    assert.equal(rest.verdict, 'skipped');
    assert.match(rest.reason ?? '', /interrupted/);
  });
});

describe('bad input', () => {
  it('is refused before anything starts, with what was probably meant', async () => {
    const cases: readonly [readonly string[], RegExp][] = [
      [['run', '--matrix', 'none.yaml'], /none\.yaml: The file does not exist\./],
      [
        ['run', '--matrix', 'small.yaml', '--only', 'debian-12/cpyton-3.11'],
        /Did you mean `debian-12\/cpython-3\.11`/,
      ],
      [['run', '--matrix', 'small.yaml', '--group', 'defualt'], /Did you mean `default`/],
      [['run', '--nosuchoption'], /--nosuchoption/],
      [['nosuchcommand'], /Unknown command 'nosuchcommand'/],
    ];
    for (const [args, message] of cases) {
      const ended = await matrix(args);
      assert.equal(ended.status, 2, args.join(' '));
      assert.match(ended.stderr, message);
      assert.doesNotMatch(ended.stderr, /\n {4}at /);
    }
  });

  it('an engine that does not answer is status 4 and one clear sentence', async () => {
    const ended = await matrix([
      'run',
      '--matrix',
      'small.yaml',
      '--engine',
      'unix:///nowhere.sock',
    ]);
    assert.equal(ended.status, 4);
    assert.match(ended.stderr, /nowhere\.sock/);
    assert.doesNotMatch(ended.stderr, /\n {4}at /);
  });
});
