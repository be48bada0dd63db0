import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUnexpected, summarise } from './summary.ts';
import { sampleCell } from '../../test/support/sample-report.ts';

describe('the summary', () => {
  it('counts verdicts, and contradictions on top of them', () => {
    const cells = (['pass', 'pass', 'fail', 'error', 'skipped'] as const).map((verdict, index) =>
      sampleCell({ environment: `e${index}`, scenario: 's', verdict, expected: 'pass' }),
    );
    assert.deepEqual(summarise(cells), {
      pass: 2,
      fail: 1,
      inconclusive: 0,
      error: 1,
      skipped: 1,
      unexpected: 1,
    });
  });

  it('holds only a decided cell against an expectation', () => {
    assert.equal(isUnexpected({ verdict: 'pass', expected: 'fail' }), true);
    assert.equal(isUnexpected({ verdict: 'pass', expected: 'skipped' }), true);
    assert.equal(isUnexpected({ verdict: 'fail', expected: null }), false);
    assert.equal(isUnexpected({ verdict: 'inconclusive', expected: 'fail' }), false);
    assert.equal(isUnexpected({ verdict: 'error', expected: 'pass' }), false);
  });
});
