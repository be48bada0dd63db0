import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderGithubSummary } from './summary.ts';
import { defaultGroupReport, largeReport } from '../../../test/support/sample-report.ts';

describe('the step summary', () => {
  it('begins with what was found', () => {
    assert.match(renderGithubSummary(defaultGroupReport()), /^## os\.system races with add /);
  });

  it('puts unexpected verdicts before the table, with their evidence', () => {
    const report = defaultGroupReport();
    const cells = report.cells.map((cell) =>
      cell.verdict === 'fail' && cell.environment === 'debian-13/pypy3'
        ? { ...cell, expected: 'pass' as const }
        : cell,
    );
    const text = renderGithubSummary({ ...report, cells });
    const item =
      /- `debian-13\/pypy3` `delete\/os\.system`: ✗s 312\/1204 \(26 %\) ≠ pass\n\n {2}```/;
    assert.match(text, item);
    assert.ok(text.search(item) < text.indexOf('| environment'));
    assert.match(text, / {2}\$ matrix rerun 'debian-13\/pypy3' 'delete\/os\.system'\n/);
  });

  it('says how many rows were left out, and why', () => {
    const report = defaultGroupReport();
    const leftOut = [{ reason: 'the registry x does not answer', environments: ['a/b', 'a/c'] }];
    const text = renderGithubSummary({ ...report, run: { ...report.run, leftOut } });
    assert.match(text, /^2 rows left out: the registry x does not answer\.$/m);
  });

  it('stays below the limit of GitHub, and says what it leaves out', () => {
    const large = largeReport(2000, 40);
    const text = renderGithubSummary(large);
    assert.ok(Buffer.byteLength(text) <= 1024 * 1024);
    assert.match(text, /The table is too large for this summary/);
  });

  it('leaves out only rows in which there is nothing to see', () => {
    const large = largeReport(3000, 12);
    const cells = large.cells.map((cell, index) => ({
      ...cell,
      verdict: index === 5 ? ('error' as const) : ('pass' as const),
      expected: null,
    }));
    const text = renderGithubSummary({ ...large, cells });
    assert.match(text, /\n\n2999 more rows, all measured and as expected, are in the report\.\n/);
    assert.match(text, /\| ! error +\|/);
  });
});
