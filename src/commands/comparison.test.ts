/** diff, advise and accept, as they are called: their exit statuses, what they print and write. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report/schema.ts';
import { runProgram } from '../../test/support/program.ts';
import { SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import type { ReportDiff } from '../comparison/diff.ts';
import { renderJson } from '../report/json.ts';
import { summarise } from '../report/summary.ts';
import { defaultGroupReport, sampleEnvironment } from '../../test/support/sample-report.ts';

const REPRODUCTION = fileURLToPath(new URL('../../reproduction', import.meta.url));
const OLD = defaultGroupReport();
const YOUNG = flipped(OLD);
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'old.json'), renderJson(OLD));
  await writeFile(join(folder, 'run', 'report.json'), renderJson(YOUNG));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Two verdicts flipped: one together with its C library, one alone. */
function flipped(report: Report): Report {
  const cells = report.cells.map((cell) => {
    const place = `${cell.environment} ${cell.scenario}`;
    if (place === 'debian-12/cpython-3.11 add/os.system') {
      return { ...cell, verdict: 'pass' as const, failures: 0, symptoms: {}, rate: null, bound: 0 };
    }
    return place === 'debian-13/pypy3 add/os.system'
      ? { ...cell, verdict: 'fail' as const, failures: 2, symptoms: { 'spawn-error': 2 } }
      : cell;
  });
  return {
    ...report,
    run: { ...report.run, id: '20260101-000000-0001' },
    environments: report.environments.map((row) =>
      row.id === 'debian-12/cpython-3.11'
        ? sampleEnvironment(row.id, 'glibc 2.41-1', 'CPython 3.11.2', 'debian 12')
        : row,
    ),
    cells,
    summary: summarise(cells),
  };
}

/**
 * A later run: one row has a new C library and another verdict, one a new package and the same verdicts;
 * one row is new and one is gone.
 */
function otherImages(report: Report): Report {
  const cells = flipped(report).cells.filter(
    ({ environment, scenario }) =>
      environment !== 'debian-11/cpython-2.7' &&
      !(environment === 'debian-13/pypy3' && scenario === 'add/os.system'),
  );
  const same = report.cells.filter(
    ({ environment, scenario }) =>
      environment === 'debian-13/pypy3' && scenario === 'add/os.system',
  );
  const added = sampleEnvironment('debian-14/cpython-3.14', 'glibc 2.45-1', 'CPython 3.14.0');
  const all = [...cells, ...same];
  return {
    ...report,
    run: { ...report.run, id: '20260101-000000-0002' },
    environments: [
      ...flipped(report)
        .environments.filter(({ id }) => id !== 'debian-11/cpython-2.7')
        .map((row) =>
          row.id === 'debian-13/cpython-3.13'
            ? sampleEnvironment(row.id, 'glibc 2.41-13', 'CPython 3.13.5')
            : row,
        ),
      added,
    ],
    cells: all,
    summary: summarise(all),
  };
}

const matrix = (...args: readonly string[]) => runProgram(folder, args);

describe('matrix diff', () => {
  it('ends with 1 and says what flipped, and together with what', async () => {
    const { status, stdout, stderr } = await matrix('diff', 'old.json', 'run');
    assert.equal(stderr, '');
    assert.equal(status, 1);
    assert.match(stdout, /^2 verdicts flipped from run/);
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /debian-12\/cpython-3\.11, add\/os\.system: ✗ fail 312\/1204 → ✓ pass 0\/1204, together with C library glibc 2\.36/,
    );
    assert.match(
      stdout,
      /debian-13\/pypy3, add\/os\.system: ✓ pass 0\/4603 → ✗ fail 2\/4603, alone\./,
    );
  });

  it('ends with 0 where nothing changed', async () => {
    const { status, stdout } = await matrix('diff', 'run', 'run/report.json');
    assert.equal(status, 0);
    assert.match(stdout, /^Nothing changed/);
  });

  it('tells apart what really changed between two runs of different images, in each form', async () => {
    await writeFile(join(folder, 'other.json'), renderJson(otherImages(OLD)));
    const forms = {
      terminal: (await matrix('diff', 'old.json', 'other.json')).stdout,
      markdown: (await matrix('diff', 'old.json', 'other.json', '--format', 'markdown')).stdout,
    };
    for (const [form, stdout] of Object.entries(forms)) {
      const words = stdout.replaceAll(/\s+/g, ' ');
      for (const wanted of [
        // With a flip: only the cells of which it is one.
        /Verdicts that flipped (- )?debian-12\/cpython-3\.11, add\/os\.system: ✗ fail .* → ✓ pass .*, together with C library glibc 2\.36, libc6 2\.36-9\+deb12u13 → glibc 2\.41, libc6 2\.41-1\./,
        /New rows (- )?debian-14\/cpython-3\.14/,
        /Removed rows (- )?debian-11\/cpython-2\.7/,
        // Without a flip: the new package is named, and no verdict is reported as changed.
        /debian-13\/cpython-3\.13: C library glibc 2\.41, libc6 2\.41-12 → glibc 2\.41, libc6 2\.41-13/,
      ]) {
        assert.match(words, wanted, form);
      }
      assert.match(words, /^1 verdict flipped from run `?20251124-101500-3f2a`? to run /, form);
      assert.doesNotMatch(stdout, /noise|No longer a pass or fail|New passes and fails/);
    }
    const { stdout } = await matrix('diff', 'old.json', 'other.json', '--format', 'json');
    const { verdicts, rows } = JSON.parse(stdout) as ReportDiff;
    assert.equal(verdicts.length, 1);
    assert.deepEqual(
      verdicts[0]?.facts.map(({ name }) => name),
      ['C library'],
    );
    assert.deepEqual(
      [rows.added, rows.gone],
      [['debian-14/cpython-3.14'], ['debian-11/cpython-2.7']],
    );
    assert.equal(rows.changed.length, 2);
  });

  it('is JSON where that is asked for', async () => {
    const { stdout } = await matrix('diff', 'old.json', 'run', '--format', 'json');
    const { verdicts } = JSON.parse(stdout) as { verdicts: readonly { kind: string }[] };
    assert.deepEqual(
      verdicts.map(({ kind }) => kind),
      ['flipped', 'flipped'],
    );
  });

  it('refuses what it can not compare, without a stack', async () => {
    await writeFile(join(folder, 'broken.json'), '{"schema": 1}');
    const cases: readonly [readonly string[], RegExp][] = [
      [['diff', 'old.json'], /Missing required argument 'new'/],
      [['diff', 'old.json', 'nowhere'], /nowhere does not exist\./],
      [['diff', 'broken.json', 'old.json'], /broken\.json is not a report:\nrun: /],
      [
        ['diff', 'old.json', 'run', '--format', 'html'],
        /--format .*'html' is invalid\. .* terminal, markdown, json/,
      ],
    ];
    for (const [args, message] of cases) {
      const { status, stderr } = await matrix(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });
});

describe('matrix advise', () => {
  it('speaks of the environments that are asked about', async () => {
    const all = await matrix('advise', 'old.json');
    assert.match(all.stdout, /os\.system +✗ 9 of 16 fail +✗ 16 of 16 fail/);
    const some = await matrix('advise', 'old.json', '--only', 'debian-13', '--skip', '*-musl');
    assert.match(some.stdout, /os\.system +✓ 2 of 2 safe +✗ 2 of 2 fail/);
  });

  it('does not answer for environments that are not there', async () => {
    const { status, stderr, stdout } = await matrix('advise', 'old.json', '--only', 'debian-31');
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /matches no environment[\s\S]*debian-13/);
  });
});

describe('matrix accept', () => {
  it('makes the baseline, says what it changes of it later, and leaves it where nothing did', async () => {
    const path = join(folder, 'results', 'baseline.json');
    const first = await matrix('accept', 'old.json');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /baseline\.json now has 64 expected verdicts\./);
    assert.equal((await matrix('diff', path, 'old.json')).status, 0);

    const second = await matrix('accept', 'run');
    assert.match(second.stdout, /^2 verdicts flipped/);
    assert.match(second.stdout, /together with/);
    const text = await readFile(path, 'utf8');

    const third = await matrix('accept', 'run');
    assert.match(third.stdout, /is unchanged/);
    assert.equal(await readFile(path, 'utf8'), text);
  });

  it('does not write over what is no baseline', async () => {
    const path = join(folder, 'old.json');
    const before = await readFile(path, 'utf8');
    const { status, stderr } = await matrix('accept', 'run', '--output', 'old.json');
    assert.equal(status, 2);
    assert.match(stderr, /old\.json is not a baseline/);
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('moves the baseline that matrix.yaml names, which plans then need', async () => {
    await cp(REPRODUCTION, join(folder, 'reproduction'), { recursive: true });
    await writeFile(join(folder, 'named.yaml'), `${SMALL_MATRIX}baseline: kept/here.json\n`);
    const without = await matrix('plan', '--matrix', 'named.yaml');
    assert.equal(without.status, 2);
    assert.match(without.stderr, /here\.json does not exist[\s\S]*bin\/matrix accept/);
    const { stdout } = await matrix('accept', 'old.json', '--matrix', 'named.yaml');
    assert.match(stdout, /kept\/here\.json now has 64 expected verdicts/);
    const plan = await matrix('plan', '--matrix', 'named.yaml');
    assert.equal(plan.status, 0, plan.stderr);
  });
});
