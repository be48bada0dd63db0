import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { legend, ruleText } from './run-text.ts';
import { sampleCell, sampleReport } from '../../test/support/sample-report.ts';

describe('the rule in sentences', () => {
  const report = (exposed: number) =>
    sampleReport({
      environments: [{ id: 'e' }],
      scenarios: [{ id: 'a' }, { id: 'b' }],
      cells: [
        sampleCell({ environment: 'e', scenario: 'a', verdict: 'pass' }),
        sampleCell({ environment: 'e', scenario: 'b', verdict: 'pass', exposed }),
      ],
    });

  it('promises its bound for every pass where every pass has it', () => {
    assert.match(ruleText(report(4603)), /≤ 0\.10 % with 99 % confidence/);
    assert.doesNotMatch(ruleText(report(4603)), /weaker/);
  });

  it('says how many passes have a weaker bound, and how weak the weakest is', () => {
    assert.match(ruleText(report(1149)), /1 pass has a weaker bound, ≤ 0\.40 %/);
  });

  it('speaks of whole runs where a script was measured', () => {
    const calls = report(29);
    const runs = { ...calls, run: { ...calls.run, counts: 'runs' as const } };
    for (const text of [ruleText(runs), ...legend(runs)]) assert.doesNotMatch(text, /call/);
    assert.match(legend(runs).join(), /the bug showed in 0 of n runs/);
  });
});
