import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topScenarios } from './rank-scenarios.ts';
import { defaultGroupReport, largeReport } from '../../test/support/sample-report.ts';

describe('the scenarios that tell most', () => {
  it('are all of them, in the order of the report, where there is room', () => {
    assert.deepEqual(topScenarios(defaultGroupReport(), 9), [0, 1, 2, 3]);
  });

  it('are those in which environments differ before those in which all fail, and no control', () => {
    const report = defaultGroupReport();
    const named = (most: number) =>
      topScenarios(report, most).map((place) => report.scenarios[place]?.id);
    assert.deepEqual(named(2), ['add/os.system', 'overwrite/os.system']);
    assert.deepEqual(named(3), ['add/os.system', 'delete/os.system', 'overwrite/os.system']);
  });

  it('keep the order of the report', () => {
    const places = topScenarios(largeReport(20, 40), 8);
    assert.equal(places.length, 8);
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });
});
