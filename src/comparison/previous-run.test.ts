import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultGroupReport } from '../../test/support/sample-report.ts';
import { previousRun } from './previous-run.ts';
import { runLineOf, type RunLine } from './run-line.ts';
import { daily, onDay } from '../../test/support/sample-history.ts';

const report = defaultGroupReport();
const next = runLineOf(onDay(report, 9));

/** A run of the first rows of a line only. */
function partOf(line: RunLine, rows: number): RunLine {
  return { ...line, rows: line.rows.slice(0, rows) };
}

describe('the run that a new one is compared with', () => {
  it('is the last one that finished', () => {
    const runs = [{}, {}, { complete: false }].map((run, day) =>
      runLineOf(onDay(report, day, run)),
    );
    assert.equal(previousRun(runs, next), runs[1]?.run.id);
  });

  it('is an older one where the last one was of a part of the matrix', () => {
    const [whole, last] = daily([report, report]);
    assert.ok(whole && last);
    assert.equal(previousRun([whole, partOf(last, 2)], next), whole.run.id);
    assert.equal(previousRun([whole, partOf(last, 2)], partOf(next, 2)), last.run.id);
  });

  it('is none of another matrix, none without any of its cells, and not itself', () => {
    const matrix = { path: 'other.yaml', sha256: '0'.repeat(64) };
    const other = runLineOf(onDay(report, 0, { matrix }));
    const empty = partOf(runLineOf(onDay(report, 1)), 0);
    assert.equal(previousRun([other, empty, next], next), undefined);
  });
});
