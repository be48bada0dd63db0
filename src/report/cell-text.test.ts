import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Cell } from './schema.ts';
import { boundText, cellText, percent } from './cell-text.ts';
import { sampleCell } from '../../test/support/sample-report.ts';

const at = { environment: 'debian-13/cpython-3.13', scenario: 'add/os.system' };

describe('a cell in a table of text', () => {
  it('shows failures of exposed calls and how often for a fail', () => {
    assert.equal(cellText(sampleCell({ ...at, verdict: 'fail' })), '✗s 312/1204 (26 %)');
  });

  it('tells by the mark of a fail what the failed calls were, the most frequent first', () => {
    const markOfFail = (symptoms: Cell['symptoms']) =>
      cellText(sampleCell({ ...at, verdict: 'fail', failures: 312, symptoms })).split(' ')[0];
    assert.equal(markOfFail({ 'spawn-error': 12, 'damaged-environment': 300 }), '✗es');
    assert.equal(markOfFail({ exception: 312 }), '✗x');
    assert.equal(markOfFail({ crash: 1 }), '✗c');
    assert.equal(markOfFail({ reproduced: 3 }), '✗');
  });

  it('shows the bound for a pass', () => {
    assert.equal(cellText(sampleCell({ ...at, verdict: 'pass' })), '✓ 0/4603 (≤ 0.10 %)');
  });

  it('shows how far an inconclusive cell came', () => {
    assert.equal(cellText(sampleCell({ ...at, verdict: 'inconclusive' })), '? 0/900 (≤ 0.52 %)');
    assert.equal(
      cellText(sampleCell({ ...at, verdict: 'inconclusive', exposed: 0, rate: null })),
      '? inconclusive',
    );
  });

  it('shows no figures where they mean nothing', () => {
    const counted = { ...at, exposed: 900, failures: 3 };
    assert.equal(cellText(sampleCell({ ...counted, verdict: 'error' })), '! error');
    assert.equal(cellText(sampleCell({ ...counted, verdict: 'skipped' })), '– skipped');
  });

  it('reports what was expected where that is contradicted', () => {
    assert.equal(
      cellText(sampleCell({ ...at, verdict: 'fail', expected: 'pass' })),
      '✗s 312/1204 (26 %) ≠ pass',
    );
    assert.equal(
      cellText(sampleCell({ ...at, verdict: 'fail', expected: 'fail' })),
      '✗s 312/1204 (26 %)',
    );
  });

  it('does not call a cell that says nothing a contradiction', () => {
    assert.equal(cellText(sampleCell({ ...at, verdict: 'error', expected: 'fail' })), '! error');
  });

  it('names a missing cell instead of leaving its place blank', () => {
    assert.equal(cellText(undefined), '∅ missing');
  });
});

describe('percentages', () => {
  it('have two significant digits', () => {
    const texts = [1, 0.26, 0.0257, 0.001, 0.00012, 0].map((rate) => percent(rate));
    assert.deepEqual(texts, ['100 %', '26 %', '2.6 %', '0.10 %', '0.012 %', '0 %']);
  });

  it('do not say that all calls failed when some did not', () => {
    assert.equal(percent(0.9999), '> 99 %');
  });

  it('round a bound up, but not the round figures that people set', () => {
    assert.equal(boundText(0.00101), '≤ 0.11 %');
    for (const rate of [0.1, 0.01, 0.001, 0.0001, 0.002, 0.003, 0.005, 0.006, 0.007]) {
      assert.equal(Number.parseFloat(percent(rate, 'up')), Number((rate * 100).toPrecision(6)));
    }
  });

  it('never promise less than a bound', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (bound) => {
        const shown = Number.parseFloat(percent(bound, 'up')) / 100;
        assert.ok(shown >= bound * (1 - 1e-6), `${bound} is shown as ${shown}`);
        assert.ok(shown <= bound * 1.11, `${bound} is shown as ${shown}`);
      }),
    );
  });

  it('never show a failure as no failure', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (rate) => {
        assert.ok(Number.parseFloat(percent(rate).replace('> ', '')) > 0);
      }),
    );
  });
});
