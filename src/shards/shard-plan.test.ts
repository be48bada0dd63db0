import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseShardFile, parseShardPlan, planDigest, type ShardPlan } from './shard-plan.ts';

const PLAN: ShardPlan = {
  kind: 'shards',
  schema: 1,
  matrix: { path: 'matrix.yaml', sha256: '0c'.repeat(32) },
  rule: { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 },
  scenarios: [{ id: 'add/os.system' }],
  shards: [
    { seconds: 1, shows: true, environments: ['a/py'] },
    { seconds: 2, shows: false, environments: ['b/py'] },
  ],
  cells: ['a/py', 'b/py'].map((environment) => ({
    environment,
    scenario: 'add/os.system',
    expected: 'fail' as const,
    rerun: '',
  })),
};
const TEXT = JSON.stringify(PLAN);
const FILE = JSON.stringify({ kind: 'shard', schema: 1, index: 2, plan: PLAN });

describe('the files of a division', () => {
  it('are read as they were written', () => {
    assert.deepEqual(parseShardPlan(TEXT), { ok: true, value: PLAN });
    const file = parseShardFile(FILE);
    assert.ok(file.ok);
    assert.deepEqual([file.value.index, planDigest(file.value.plan)], [2, planDigest(PLAN)]);
  });

  it('are refused where they name a shard that is not there', () => {
    for (const index of [0, 3, 1.5]) {
      assert.equal(parseShardFile(FILE.replace('"index":2', `"index":${index}`)).ok, false);
    }
  });

  it('that others made are refused in a line or read, and never end the program', () => {
    const torn = fc.tuple(fc.nat(FILE.length), fc.string({ maxLength: 5 }), fc.nat(9));
    const spoilt = torn.map(([at, put, cut]) => FILE.slice(0, at) + put + FILE.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), spoilt), (text) => {
        for (const read of [parseShardFile(text), parseShardPlan(text)]) {
          if (!read.ok) assert.doesNotMatch(read.error[0], /\p{Cc}/u);
        }
      }),
    );
  });
});
