import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VERDICTS, type Verdict } from '../model.ts';
import type { Report, ReportEnvironment } from '../report/schema.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { runLineOf } from './run-line.ts';
import { daily, onDay } from '../../test/support/sample-history.ts';
import { cellHistories, rowHistories, type Stretch } from './transitions.ts';

const ROW = sampleEnvironment('debian-13/pypy3', 'glibc 2.41-12', 'PyPy 3.11.11');
const UPGRADED = sampleEnvironment('debian-13/pypy3', 'glibc 2.41-13', 'PyPy 3.11.11');

/** A report of one cell. */
function reportOf(verdict: Verdict, row: ReportEnvironment = ROW): Report {
  return sampleReport({
    environments: [row],
    scenarios: ['add/os.system'],
    cells: [{ environment: row.id, scenario: 'add/os.system', verdict }],
  });
}

function stretches(reports: readonly Report[]): readonly Stretch[] {
  return cellHistories(daily(reports))[0]?.stretches ?? [];
}

const kinds = (verdicts: readonly Verdict[]) =>
  stretches(verdicts.map((verdict) => reportOf(verdict))).map(({ change }) => change?.kind);

describe('the history of a cell', () => {
  it('is one stretch while nothing changes', () => {
    const [only, ...more] = stretches([reportOf('fail'), reportOf('fail'), reportOf('fail')]);
    assert.deepEqual(more, []);
    assert.equal(only?.runs, 3);
    assert.match(only.first.startedAt, /^2026-01-01/);
    assert.match(only.last.startedAt, /^2026-01-03/);
    assert.equal(only.change, undefined);
  });

  it('names the package that changed together with the verdict', () => {
    const change = stretches([reportOf('fail'), reportOf('pass', UPGRADED)])[1]?.change;
    assert.equal(change?.kind, 'flipped');
    assert.deepEqual(change.facts, [
      {
        name: 'C library',
        before: 'glibc 2.41, libc6 2.41-12',
        after: 'glibc 2.41, libc6 2.41-13',
      },
    ]);
  });

  it('is a flip with no cause where a verdict changed alone', () => {
    const change = stretches([reportOf('pass'), reportOf('fail')])[1]?.change;
    assert.equal(change?.kind, 'flipped');
    assert.deepEqual(change.facts, []);
    assert.deepEqual(change.circumstances, []);
  });

  it('names the host that changed meanwhile', () => {
    const host = { kernel: '6.12.0', arch: 'x86_64', cpus: 8, memory: 2 ** 34 };
    const lines = [reportOf('pass'), reportOf('fail')].map((report, day) =>
      runLineOf(onDay(report, day, day === 1 ? { host } : {})),
    );
    const change = cellHistories(lines)[0]?.stretches[1]?.change;
    assert.deepEqual(
      change?.circumstances.map(({ name }) => name),
      ['host'],
    );
  });

  it('sees a flip behind runs that decided nothing, and the package that changed meanwhile', () => {
    const [, lost, flipped] = stretches([
      reportOf('pass'),
      reportOf('error', UPGRADED),
      reportOf('fail', UPGRADED),
    ]);
    assert.equal(lost?.change?.kind, 'lost');
    assert.equal(flipped?.change?.kind, 'flipped');
    assert.match(flipped.change.since.startedAt, /^2026-01-01/);
    assert.deepEqual(
      flipped.change.facts.map(({ name }) => name),
      ['C library'],
    );
  });

  it('keeps what comes back apart from what is new', () => {
    assert.deepEqual(kinds(['pass', 'error', 'pass']), [undefined, 'lost', 'returned']);
    assert.deepEqual(kinds(['skipped', 'error', 'pass']), [undefined, 'other', 'gained']);
  });

  it('passes over what an interrupted run did not reach', () => {
    const lines = [reportOf('fail'), reportOf('skipped'), reportOf('fail')].map((report, day) =>
      runLineOf(onDay(report, day, { complete: day !== 1 })),
    );
    const [only, ...more] = cellHistories(lines)[0]?.stretches ?? [];
    assert.deepEqual(more, []);
    assert.equal(only?.runs, 2);
  });

  it('does not mind runs that have other rows and columns', () => {
    const other = sampleReport({
      environments: [sampleEnvironment('e', 'musl 1.2.5-3', 'CPython 3.13.5')],
      scenarios: ['delete/os.system'],
      cells: [{ environment: 'e', scenario: 'delete/os.system', verdict: 'fail' }],
    });
    const cells = cellHistories(daily([reportOf('pass'), other, reportOf('pass')]));
    assert.deepEqual(
      cells.map(({ environment, stretches }) => [environment, stretches.length]),
      [
        ['debian-13/pypy3', 1],
        ['e', 1],
      ],
    );
  });
});

describe('any history of a cell', () => {
  const verdictsOf = fc.array(fc.constantFrom(...VERDICTS), { minLength: 1, maxLength: 12 });

  it('collapses to its changes: as many stretches as neighbours differ, in all its runs', () => {
    fc.assert(
      fc.property(verdictsOf, (verdicts) => {
        const all = stretches(verdicts.map((verdict) => reportOf(verdict)));
        const changes = verdicts.filter((verdict, index) => verdict !== verdicts[index - 1]);
        assert.deepEqual(
          all.map(({ verdict }) => verdict),
          changes,
        );
        assert.equal(
          all.reduce((sum, { runs }) => sum + runs, 0),
          verdicts.length,
        );
      }),
    );
  });

  it('flips as often as its decided verdicts do', () => {
    fc.assert(
      fc.property(verdictsOf, (verdicts) => {
        const decided = verdicts.filter((verdict) => verdict === 'pass' || verdict === 'fail');
        const flips = decided.filter(
          (verdict, index) => index > 0 && verdict !== decided[index - 1],
        );
        assert.equal(kinds(verdicts).filter((kind) => kind === 'flipped').length, flips.length);
      }),
    );
  });

  it('says nothing more where each run was made twice', () => {
    fc.assert(
      fc.property(verdictsOf, (verdicts) => {
        const twice = verdicts.flatMap((verdict) => [verdict, verdict]);
        assert.deepEqual(kinds(twice), kinds(verdicts));
      }),
    );
  });
});

describe('the history of a row', () => {
  it('is what was measured of it and changed', () => {
    const [row, ...more] = rowHistories(
      daily([reportOf('pass'), reportOf('pass'), reportOf('pass', UPGRADED)]),
    );
    assert.deepEqual(more, []);
    assert.equal(row?.environment, 'debian-13/pypy3');
    assert.equal(row.changes.length, 1);
    assert.match(row.changes[0]?.run.startedAt ?? '', /^2026-01-03/);
  });

  it('passes over a run in which nothing could be measured of it', () => {
    const unknown = { id: ROW.id };
    const rows = rowHistories(
      daily([reportOf('pass'), reportOf('error', unknown), reportOf('pass')]),
    );
    assert.deepEqual(rows, []);
  });
});
