import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runLineOf } from '../comparison/run-line.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { costsOfHistory, costsOfReport, expectedSeconds } from './costs.ts';

const reportOf = (seconds: number, id = 'a/py') =>
  sampleReport({
    environments: [sampleEnvironment(id, 'glibc 2.41-12', 'CPython 3.13.5')],
    scenarios: ['none/os.system', 'add/os.system'],
    cells: ['none/os.system', 'add/os.system'].map((scenario) => ({
      environment: id,
      scenario,
      verdict: seconds > 0 ? ('pass' as const) : ('skipped' as const),
      seconds,
    })),
  });

describe('what rows took', () => {
  it('is the time of their cells, and unknown where nothing was measured', () => {
    assert.deepEqual([...costsOfReport(reportOf(1.5))], [['a/py', 3]]);
    assert.deepEqual([...costsOfReport(reportOf(0))], []);
  });

  it('is what the history says of the last run that measured the row', () => {
    const lines = [reportOf(5), reportOf(2), reportOf(0), reportOf(9, 'b/py')].map(runLineOf);
    assert.deepEqual([...costsOfHistory(lines)].sort(), [
      ['a/py', 4],
      ['b/py', 18],
    ]);
  });

  it('is guessed by the median where no one knows it', () => {
    const first = new Map([['a', 10]]);
    const second = new Map([
      ['a', 99],
      ['b', 2],
    ]);
    assert.deepEqual(
      [...expectedSeconds(['a', 'b', 'c'], [first, second])],
      [
        ['a', 10],
        ['b', 2],
        ['c', 6],
      ],
    );
    assert.deepEqual([...expectedSeconds(['c'], [])], [['c', 1]]);
  });
});
