import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectedVerdict, overriddenFor } from './cell-patterns.ts';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

describe('expectedVerdict', () => {
  const matrix = loaded(
    `${SMALL_MATRIX}expect:
  - { scenarios: none, verdict: pass }
  - { scenarios: add, verdict: pass }
  - { scenarios: add, environments: [debian-12, '*-musl'], verdict: fail }
  - { scenarios: add/os.popen, environments: debian-12/pypy3, verdict: any }
`,
  );

  it('is what the last line that covers the cell says', () => {
    assert.equal(expectedVerdict(matrix, 'debian-13/pypy3', 'none/os.system'), 'pass');
    assert.equal(expectedVerdict(matrix, 'debian-13/pypy3', 'add/os.system'), 'pass');
    assert.equal(expectedVerdict(matrix, 'debian-12/pypy3', 'add/os.system'), 'fail');
    assert.equal(expectedVerdict(matrix, 'debian-13/cpython-3.13-musl', 'add/os.popen'), 'fail');
  });

  it('is null where that line says any, and where no line covers the cell', () => {
    assert.equal(expectedVerdict(matrix, 'debian-12/pypy3', 'add/os.popen'), null);
    assert.equal(expectedVerdict(matrix, 'debian-12/pypy3', 'delete/os.system'), null);
  });

  it('is what the cell was accepted as only where no line covers it', () => {
    const ask = (scenario: string) => expectedVerdict(matrix, 'debian-12/pypy3', scenario, 'fail');
    assert.equal(ask('delete/os.system'), 'fail');
    assert.equal(ask('none/os.system'), 'pass');
    assert.equal(ask('add/os.popen'), null, 'a line says any');
  });

  it('gives the same answer for a cell that was asked for before', () => {
    const ask = () => expectedVerdict(matrix, 'debian-12/pypy3', 'add/os.system');
    assert.equal(ask(), ask());
    assert.equal(expectedVerdict(matrix, 'debian-13/pypy3', 'add/os.system'), 'pass');
  });
});

describe('overriddenFor', () => {
  const matrix = loaded(
    `${SMALL_MATRIX}verdict: { maxRate: 0.01 }
trial: { threads: 4 }
overrides:
  - { environments: debian-12, verdict: { confidence: 0.9 } }
  - { environments: '*-musl', trial: { memory: 2GiB } }
  - { scenarios: os.popen, verdict: { budget: 2m }, trial: { duration: { first: 1s, next: 500ms } } }
`,
  );
  const ruleFor = (environment: string, scenario: string) =>
    overriddenFor(matrix.overrides, 'rule', environment, scenario);
  const trialFor = (environment: string, scenario: string) =>
    overriddenFor(matrix.overrides, 'trial', environment, scenario);

  it('gives nothing where no override covers the cell', () => {
    assert.equal(ruleFor('debian-13/pypy3', 'add/os.system'), undefined);
    assert.equal(trialFor('debian-13/pypy3', 'add/os.system'), undefined);
    assert.deepEqual(matrix.rule, { confidence: 0.99, maxRate: 0.01, budgetSeconds: 60 });
  });

  it('gives those of the matrix, changed by the last override that covers the cell', () => {
    assert.deepEqual(ruleFor('debian-12/pypy3', 'add/os.system'), {
      confidence: 0.9,
      maxRate: 0.01,
      budgetSeconds: 60,
    });
    assert.deepEqual(ruleFor('debian-12/pypy3', 'add/os.popen'), {
      confidence: 0.99,
      maxRate: 0.01,
      budgetSeconds: 120,
    });
    assert.deepEqual(trialFor('debian-13/cpython-3.13-musl', 'add/os.system'), {
      ...matrix.trial,
      memoryBytes: 2 ** 31,
    });
    assert.deepEqual(trialFor('debian-13/pypy3', 'add/os.popen'), {
      ...matrix.trial,
      seconds: { first: 1, next: 0.5 },
    });
  });

  it('looks for each apart: an override of the rule leaves the limits alone', () => {
    assert.equal(trialFor('debian-12/pypy3', 'add/os.system'), undefined);
  });
});
