import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VERDICTS } from '../model.ts';
import type { Report } from '../report/schema.ts';
import {
  sampleEnvironment,
  sampleReport,
  type CellWish,
} from '../../test/support/sample-report.ts';
import { exitStatus } from './exit-status.ts';
import { FAILURES, readFailOn } from './fail-on.ts';
import { UserError } from './user-error.ts';

function reportOf(
  cells: readonly Omit<CellWish, 'environment' | 'scenario'>[],
  run: Partial<Report['run']> = {},
): Report {
  const scenarios = cells.map((_, index) => `add/l${index}`);
  return sampleReport(
    {
      environments: [sampleEnvironment('a/py', 'glibc 2.41-12', 'CPython 3.13.5')],
      scenarios: scenarios.map((id) => ({ id })),
      cells: cells.map((cell, index) => ({
        environment: 'a/py',
        scenario: scenarios[index] ?? '',
        ...cell,
      })),
    },
    run,
  );
}

const usual = { requireAll: false };
const merged = { runs: [], missing: [] };

describe('the exit status', () => {
  it('is 3 for rows that were left out only where all are required', () => {
    const leftOut = [{ reason: 'no registry answers', environments: ['b/py'] }];
    const report = reportOf([{ verdict: 'fail', expected: 'fail' }], { leftOut });
    assert.equal(exitStatus(report, usual), 0);
    assert.equal(exitStatus(report, { requireAll: true }), 3);
    assert.equal(exitStatus(report, { failOn: ['skipped'] }), 3);
  });

  it('is 1 for a surprise, and 3 for what could not be measured', () => {
    assert.equal(exitStatus(reportOf([{ verdict: 'fail', expected: 'fail' }]), usual), 0);
    assert.equal(exitStatus(reportOf([{ verdict: 'fail', expected: 'pass' }]), usual), 1);
    for (const verdict of ['error', 'inconclusive'] as const) {
      assert.equal(exitStatus(reportOf([{ verdict }]), usual), 3);
      const both = reportOf([{ verdict }, { verdict: 'pass', expected: 'fail' }]);
      assert.equal(exitStatus(both, usual), 1);
    }
    assert.equal(exitStatus(reportOf([{ verdict: 'skipped' }]), usual), 0);
    assert.equal(exitStatus(reportOf([{ verdict: 'skipped' }]), { requireAll: true }), 3);
  });

  it('is what the user wants to be told of', () => {
    const skipped = reportOf([{ verdict: 'skipped' }]);
    const surprise = reportOf([{ verdict: 'pass', expected: 'fail' }]);
    const status = (report: Report, ...words: string[]) =>
      exitStatus(report, { requireAll: false, failOn: readFailOn(words) });
    assert.equal(status(skipped, 'skipped'), 3);
    assert.equal(status(surprise, 'skipped'), 0);
    assert.equal(status(surprise, 'error,unexpected'), 1);
    assert.equal(status(surprise, 'error', 'unexpected'), 1);
    assert.equal(status(surprise, 'none'), 0);
    for (const bad of ['', 'none,error', 'fail']) {
      assert.throws(() => readFailOn([bad]), UserError);
    }
  });

  it('never is 0 where the run was cut off or a shard is missing', () => {
    const lacking = { runs: [], missing: [{ shard: '2/2', reason: 'gone' }] };
    const aCell = fc.record({ verdict: fc.constantFrom(...VERDICTS) });
    fc.assert(
      fc.property(fc.array(aCell), fc.subarray([...FAILURES]), (cells, failOn) => {
        const options = { requireAll: false, failOn };
        assert.equal(exitStatus(reportOf(cells, { complete: false }), options), 130);
        assert.equal(exitStatus(reportOf(cells, { complete: false, merged }), options), 3);
        assert.equal(exitStatus(reportOf(cells, { merged: lacking }), options), 3);
      }),
    );
  });
});
