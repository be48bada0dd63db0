import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cell, Report } from '../src/report/schema.ts';
import { defaultGroupReport } from '../test/support/sample-report.ts';
import { reportDifferences } from './compare-reports.ts';

const report = defaultGroupReport();
const withCell = (change: Partial<Cell>): Report => ({
  ...report,
  cells: report.cells.map((cell, index) => (index === 0 ? { ...cell, ...change } : cell)),
});
const withRun = (change: Partial<Report['run']>): Report => ({
  ...report,
  run: { ...report.run, ...change },
});

describe('whether two reports say the same', () => {
  it('does not depend on when it was measured, nor on what chance decides', () => {
    const [first] = report.cells;
    const other = withCell({ calls: 7, exposed: 7, failures: 0, seconds: 3, evidence: ['other'] });
    assert.ok(first && first.calls !== 7);
    assert.deepEqual(reportDifferences(report, other), []);
    const merged = { runs: ['a', 'b'], missing: [] };
    const later = { id: 'other', startedAt: '2026-01-01T00:00:00Z', merged };
    assert.deepEqual(reportDifferences(report, withRun(later)), []);
  });

  it('does on everything else that they say', () => {
    const [row, ...rows] = report.environments;
    assert.ok(row);
    const others: readonly (readonly [RegExp, Report])[] = [
      [/^cells: /, withCell({ verdict: 'inconclusive' })],
      [/^cells: /, withCell({ expected: 'skipped' })],
      [/^cells: /, { ...report, cells: report.cells.slice(1) }],
      [/^cells: /, { ...report, cells: report.cells.toReversed() }],
      [/^rows: /, { ...report, environments: [...rows, row] }],
      [/^rows: /, { ...report, environments: [{ ...row, shell: 'another' }, ...rows] }],
      [/^columns: /, { ...report, scenarios: report.scenarios.toReversed() }],
      [/^summary: /, { ...report, summary: { ...report.summary, unexpected: 9 } }],
      [/^complete: /, withRun({ complete: false })],
      [/^host: /, withRun({ host: { ...report.run.host, kernel: '1' } })],
      [/^warnings: /, withRun({ warnings: ['another'] })],
      [/^missing: /, withRun({ merged: { runs: [], missing: [{ shard: '1/2', reason: '' }] } })],
    ];
    for (const [what, other] of others) {
      const [line = '', ...more] = reportDifferences(report, other);
      assert.match(line, what);
      assert.deepEqual(more, []);
    }
  });
});
