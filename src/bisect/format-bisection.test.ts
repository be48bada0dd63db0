import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import { nextStep } from './next-step.ts';
import { formatBisection, type Candidate } from './format-bisection.ts';
import { nextDay } from './next-day.ts';

const searched = (version: string, verdict: Candidate['verdict']): Candidate => ({
  environment: `base-${version}/cpython-3.11`,
  verdict,
  ...(verdict === null
    ? {}
    : { row: sampleEnvironment(`base-${version}`, `glibc ${version}-1`, 'CPython 3.11.2') }),
});
const answer = (rows: readonly Candidate[]) =>
  formatBisection(nextStep(rows.map(({ verdict }) => verdict)), 'add/os.system', 'libc', rows).join(
    '\n',
  );

describe('the answer of a bisection', () => {
  it('names the first version with the other verdict, the exact package, and what it cost', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', 'fail'),
      searched('2.41', 'pass'),
      searched('2.43', null),
      searched('2.44', 'pass'),
    ]);
    assert.match(
      text,
      /does not reproduce from glibc 2\.41 \(base-2\.41\/cpython-3\.11, libc6 2\.41-1\) on/,
    );
    assert.match(text, /Up to glibc 2\.36 .* it reproduces/);
    assert.match(text, /4 of 5 versions were measured/);
  });

  it('says that ends which agree tell nothing of what is between them', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', null),
      searched('2.41', 'fail'),
    ]);
    assert.match(text, /with both the oldest and the newest/);
    assert.match(text, /may differ/);
  });

  it('does not ask for --all where everything between the ends was measured', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', 'error'),
      searched('2.41', 'fail'),
    ]);
    assert.match(text, /with both the oldest and the newest/);
    assert.doesNotMatch(text, /--all/);
    assert.match(text, /3 of 3 versions were measured/);
  });

  it('says where verdicts are not monotonic', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', 'pass'),
      searched('2.41', 'fail'),
      searched('2.43', 'pass'),
    ]);
    assert.match(text, /not monotonic: they change again at glibc 2\.41 .*, glibc 2\.43/);
  });

  it('names what reached no verdict, and where nothing was found', () => {
    assert.match(
      answer([searched('2.31', 'fail'), searched('2.36', 'error'), searched('2.41', 'pass')]),
      /not measured: glibc 2\.36/,
    );
    assert.match(
      answer([searched('2.31', 'error'), searched('2.36', 'pass')]),
      /nothing to compare/,
    );
  });
});

describe('the answer of a search along date', () => {
  const day = (
    date: number,
    verdict: Candidate['verdict'],
    libc = 'glibc 2.42-3',
    python = 'CPython 3.14.2',
  ): Candidate => ({
    environment: 'debian-testing/cpython-3.14',
    day: `2026-03-0${date}`,
    verdict,
    row: sampleEnvironment('debian-testing/cpython-3.14', libc, python),
  });
  const answerOf = (days: readonly Candidate[]) =>
    formatBisection(
      nextDay(days.map(({ verdict }) => verdict)),
      'add/os.system',
      'date',
      days,
    ).join('\n');

  it('names the two days, the package that changed, and the one that did not', () => {
    const text = answerOf([
      day(1, 'fail'),
      day(2, 'fail'),
      day(3, 'pass', 'glibc 2.43-1'),
      day(4, 'pass', 'glibc 2.43-1'),
    ]);
    assert.match(text, /does not reproduce from 2026-03-03 on. Up to 2026-03-02 it reproduces\./);
    assert.match(text, /^libc changed from libc6 2\.42-3 to libc6 2\.43-1\.$/m);
    assert.match(text, /^Python is CPython 3\.14\.2 on both days\.$/m);
    assert.match(text, /4 of 4 days were measured/);
  });

  it('says that neither changed', () => {
    assert.match(
      answerOf([day(1, 'fail'), day(2, 'pass')]),
      /libc6 2\.42-3 on both days\..*Another package or chance made the difference\./s,
    );
  });

  it('says that the same version of Python was built again', () => {
    const after = day(2, 'pass');
    assert.ok(after.row?.python);
    const rebuilt = {
      ...after,
      row: { ...after.row, python: { ...after.row.python, build: 'GCC 15.2.0, main, Jan 2026' } },
    };
    assert.match(
      answerOf([day(1, 'fail'), rebuilt]),
      /Python is CPython 3\.14\.2 on both days, but its build changed from GCC 14.* to GCC 15/,
    );
  });

  it('names days that could not be measured as a range', () => {
    const days = [day(1, 'fail'), day(2, 'skipped'), day(3, 'error'), day(4, 'pass')];
    assert.match(answerOf(days), /not measured: 2026-03-02 to 2026-03-03\./);
  });
});
