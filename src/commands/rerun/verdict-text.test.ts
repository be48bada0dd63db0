/** The explanation of a cell that was run again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleCell } from '../../../test/support/sample-report.ts';
import { verdictLines } from './verdict-text.ts';

const at = { environment: 'debian-13/cpython-3.13', scenario: 'add/os.system' };

describe('the verdict of a cell in words', () => {
  it('has the rate with its interval, what failed, and the evidence', () => {
    const cell = sampleCell({ ...at, verdict: 'fail', evidence: ['execve(…) = -1 EFAULT'] });
    const [first = '', ...rest] = verdictLines(cell, 0.99);
    assert.match(first, /^✗s fail: 312 of 1,204 exposed calls failed, 26 % \(between .* with 99 %/);
    assert.equal(rest[0], '  312 of them: the child did not start');
    assert.equal(rest.at(-1), '  execve(…) = -1 EFAULT');
  });

  it('has the bound of a pass', () => {
    const [first = ''] = verdictLines(sampleCell({ ...at, verdict: 'pass' }), 0.99);
    assert.match(first, /^✓ pass: none of 4,603 exposed calls failed\. .*≤ 0\.10 % with 99 %/);
  });

  it('has the reason of an inconclusive cell', () => {
    const cell = sampleCell({ ...at, verdict: 'error', reason: 'no control' });
    assert.equal(verdictLines(cell, 0.99)[0], '! error: no control');
  });
});
