import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyseScenarios, byWeight } from './scenario-analysis.ts';
import { defaultGroupReport, largeReport } from '../../test/support/sample-report.ts';

describe('the scenarios to be shown where not all of them can be', () => {
  it('are those first in which rows differ, then those in which all fail, and controls last', () => {
    const report = defaultGroupReport();
    const named = byWeight(analyseScenarios(report)).map((place) => report.scenarios[place]?.id);
    assert.deepEqual(named, [
      'overwrite/os.system',
      'add/os.system',
      'delete/os.system',
      'none/os.system',
    ]);
  });
});

describe('the analysis of a report', () => {
  it('is made once, however many formats ask for it', () => {
    const report = largeReport(20, 4);
    const analyses = analyseScenarios(report);
    const withFindings = { ...report, findings: [] };
    assert.equal(analyseScenarios(withFindings), analyses);
    const fewer = { ...report, environments: report.environments.slice(1) };
    assert.notEqual(analyseScenarios(fewer), analyses);
  });
});
