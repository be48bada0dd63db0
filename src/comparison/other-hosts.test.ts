/** Runs of hosts of two platforms beside each other: rows of one are never those of the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../model.ts';
import type { Report } from '../report/schema.ts';
import { homePlatform, seenFrom } from '../report/seen-from.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { daily } from '../../test/support/sample-history.ts';
import { acceptReport } from './accept.ts';
import { acceptedVerdicts, parseBaseline, renderBaseline } from './baseline.ts';
import { diffReports, isUnchanged } from './diff.ts';
import { previousRun } from './previous-run.ts';
import { seenFromNewest } from './read-history.ts';
import { cellHistories } from './transitions.ts';

const ROW = 'debian-13/pypy3';

function reportOf(arch: string, verdict: Verdict, id = ROW, platform?: string): Report {
  const report = sampleReport({
    environments: [sampleEnvironment(id, 'glibc 2.41-12', 'PyPy 3.11.11')],
    scenarios: ['add/os.system'],
    cells: [{ environment: id, scenario: 'add/os.system', verdict }],
  });
  return { ...report, run: { ...report.run, platform, host: { ...report.run.host, arch } } };
}

describe('a run on another platform', () => {
  const [amd64, arm64] = [reportOf('x86_64', 'pass'), reportOf('aarch64', 'fail')];

  it('has other rows and no flips, as a difference', () => {
    const diff = diffReports(amd64, arm64);
    assert.deepEqual(diff.verdicts, []);
    assert.deepEqual(diff.rows.added, [ROW]);
    assert.deepEqual(diff.rows.gone, ['debian-13@linux-amd64/pypy3']);
  });

  it('has the same row under another id, which flips', () => {
    const emulated = reportOf('aarch64', 'fail', 'debian-13@linux-amd64/pypy3');
    const [flip, ...more] = diffReports(amd64, emulated).verdicts;
    assert.deepEqual(more, []);
    assert.equal(flip?.kind, 'flipped');
    assert.equal(flip.environment, 'debian-13@linux-amd64/pypy3');
    assert.ok(
      isUnchanged(
        diffReports(amd64, {
          ...emulated,
          cells: emulated.cells.map((cell) => ({ ...cell, verdict: 'pass' })),
        }),
      ),
    );
  });

  it('is no new stretch of a cell in the history', () => {
    const histories = cellHistories(seenFromNewest(daily([amd64, arm64, amd64])));
    assert.deepEqual(
      histories.map(({ environment, stretches }) => [environment, stretches.length]),
      [
        [ROW, 1],
        ['debian-13@linux-arm64/pypy3', 1],
      ],
    );
  });

  it('is not what a run is compared with', () => {
    const [first, second, third] = daily([amd64, arm64, amd64]);
    assert.ok(first && second && third);
    assert.equal(previousRun([first, second], third), first.run.id);
    assert.equal(previousRun([second], third), undefined);
  });

  it('is accepted beside what was accepted, and expected there alone', () => {
    const both = acceptReport(arm64, acceptReport(amd64, undefined).baseline).baseline;
    assert.deepEqual(
      both.environments.map(({ id, verdicts }) => [id, verdicts['add/os.system']]),
      [
        [ROW, 'pass'],
        ['debian-13@linux-arm64/pypy3', 'fail'],
      ],
    );
    const read = parseBaseline(renderBaseline(both));
    assert.ok(read.ok);
    const expected = (home: 'linux/amd64' | 'linux/arm64' | 'linux/s390x') =>
      acceptedVerdicts(read.value, home)(ROW, 'add/os.system');
    assert.equal(expected('linux/amd64'), 'pass');
    assert.equal(expected('linux/arm64'), 'fail');
    assert.equal(expected('linux/s390x'), null);
  });

  it('makes its own baseline, which says so', () => {
    const { baseline } = acceptReport(arm64, undefined);
    assert.equal(baseline.platform, 'linux/arm64');
    assert.equal(acceptedVerdicts(baseline, 'linux/arm64')(ROW, 'add/os.system'), 'fail');
    assert.equal(acceptedVerdicts(baseline, 'linux/amd64')(ROW, 'add/os.system'), null);
    assert.equal(acceptReport(amd64, undefined).baseline.platform, undefined);
  });
});

describe('a file of before platforms', () => {
  it('is of the platform that its host states', () => {
    assert.equal(homePlatform({ host: { arch: 'x86_64' } }), 'linux/amd64');
    assert.equal(homePlatform({ host: { arch: 'arm64' } }), 'linux/arm64');
    assert.equal(
      homePlatform({ platform: 'linux/amd64', host: { arch: 'aarch64' } }),
      'linux/amd64',
    );
  });

  it('is read without a change on the same platform, and where no platform is known', () => {
    const old = reportOf('x86_64', 'pass');
    assert.equal(seenFrom(old, 'linux/amd64'), old);
    const odd = reportOf('mips', 'pass');
    assert.equal(seenFrom(odd, 'linux/amd64'), odd);
    assert.ok(isUnchanged(diffReports(odd, odd)));
  });

  it('of a baseline is of linux/amd64', () => {
    const { baseline } = acceptReport(reportOf('x86_64', 'fail'), undefined);
    assert.doesNotMatch(renderBaseline(baseline), /platform/);
    assert.equal(acceptedVerdicts(baseline, 'linux/arm64')(ROW, 'add/os.system'), null);
  });
});
