import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observation } from './observation.ts';
import { toCell, type DecidedCell } from './cell.ts';

function decided(
  observations: readonly Observation[],
  more: Partial<DecidedCell> = {},
): DecidedCell {
  return {
    environment: 'debian-12/cpython-3.11',
    scenario: 'add/os.system',
    verdict: 'fail',
    expected: 'fail',
    rule: { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 },
    observations,
    evidence: [],
    rerun: 'bin/matrix rerun debian-12/cpython-3.11 add/os.system',
    ...more,
  };
}

const silent: Observation = {
  type: 'completed',
  calls: 1000,
  exposed: 900,
  symptoms: {},
  failures: 0,
  mutations: 5000,
  samples: [],
  seconds: 0.5,
};

const failing: Observation = {
  ...silent,
  calls: 400,
  exposed: 300,
  symptoms: { 'spawn-error': 50, 'damaged-environment': 10 },
  failures: 60,
  samples: [{ call: 7, symptom: 'spawn-error', status: 32512, seconds: 0.02 }],
  firstFailureSeconds: 0.02,
};

describe('a decided cell', () => {
  it('adds up its trials and gives the rate with its interval', () => {
    const cell = toCell(decided([silent, failing]));
    assert.equal(cell.trials, 2);
    assert.equal(cell.calls, 1400);
    assert.equal(cell.exposed, 1200);
    assert.equal(cell.failures, 60);
    assert.deepEqual(cell.symptoms, { 'spawn-error': 50, 'damaged-environment': 10 });
    assert.equal(cell.rate?.value, 0.05);
    assert.ok(cell.rate.low < 0.05 && cell.rate.high > 0.05);
    assert.equal(cell.bound, undefined);
  });

  it('counts the time to the first failure over its trials', () => {
    assert.equal(toCell(decided([silent, failing])).firstFailureSeconds, 0.52);
  });

  it('states the bound of a silence', () => {
    const cell = toCell(decided([silent], { verdict: 'inconclusive', reason: 'budget' }));
    assert.ok(cell.bound !== undefined && cell.bound > 0.005 && cell.bound < 0.0052);
    assert.equal(cell.firstFailureSeconds, undefined);
  });

  it('has no rate where nothing was exposed', () => {
    const cell = toCell(decided([], { verdict: 'skipped', reason: 'no source' }));
    assert.equal(cell.rate, null);
    assert.equal(cell.bound, undefined);
  });

  it('counts a crash as one failed call', () => {
    const crash: Observation = {
      type: 'crashed',
      signal: 'SIGSEGV',
      calls: 120,
      exposed: 99,
      samples: [],
      seconds: 0.4,
    };
    const cell = toCell(decided([crash]));
    assert.equal(cell.failures, 1);
    assert.equal(cell.exposed, 100);
    assert.deepEqual(cell.symptoms, { crash: 1 });
    assert.equal(cell.firstFailureSeconds, 0.4);
  });
});
