import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loaded, SMALL_MATRIX } from '../../test/support/small-matrix.ts';
import { loadManifest } from './load-manifest.ts';
import type { Manifest } from './manifest.ts';
import { rulesOf } from './rules.ts';

const matrix = loaded(`${SMALL_MATRIX}
verdict: { confidence: 0.9, maxRate: 0.01 }
trial: { memory: 2GiB }
overrides: [{ environments: pypy3, verdict: { maxRate: 0.05 }, trial: { timeout: 9m } }]
`);
const [plain, slow] = ['debian-12/cpython-3.11', 'debian-12/pypy3'] as const;

function manifest(text: string): Manifest {
  const result = loadManifest(text, 'reproduction.yaml');
  assert.ok(result.ok);
  return result.value;
}

describe('rulesOf', () => {
  it('leaves matrix.yaml as it is for a contract that says nothing of rules', () => {
    const { ruleFor, limitsFor } = rulesOf(matrix, manifest('contract: 1\n'), false);
    assert.equal(ruleFor(plain, 'x').maxRate, 0.01);
    assert.equal(ruleFor(slow, 'x').maxRate, 0.05);
    assert.equal(limitsFor(slow, 'x').timeoutSeconds, 540);
  });

  it('does not ask a script for the thousands of calls of a contract', () => {
    const { ruleFor, limitsFor } = rulesOf(matrix, manifest(''), true);
    assert.deepEqual(ruleFor(slow, 'x'), { confidence: 0.95, maxRate: 0.1, budgetSeconds: 120 });
    assert.equal(limitsFor(slow, 'x').memoryBytes, 2 * 2 ** 30);
    assert.equal(limitsFor(slow, 'x').timeoutSeconds, 60);
  });

  it('follows the manifest, except where the matrix overrides its own reproduction', () => {
    const own = manifest('verdict: { maxRate: 0.2 }\ntrial: { timeout: 5m }\n');
    const { rule, ruleFor, limitsFor } = rulesOf(matrix, own, false);
    assert.deepEqual(rule, { confidence: 0.95, maxRate: 0.2, budgetSeconds: 120 });
    assert.deepEqual(ruleFor(plain, 'x'), rule);
    assert.equal(ruleFor(slow, 'x').maxRate, 0.05);
    assert.equal(limitsFor(plain, 'x').timeoutSeconds, 300);
    assert.equal(limitsFor(slow, 'x').timeoutSeconds, 540);
  });
});
