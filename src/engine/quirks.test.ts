import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CallFailure } from './failure.ts';
import type { Quirks } from './quirks.ts';
import { learn, NO_QUIRKS } from './quirks.ts';

describe("an engine's quirks", () => {
  it('are learnt from how it refuses', () => {
    const conflict = { type: 'refused', status: 409, message: 'not running' } as const;
    assert.deepEqual(learn(NO_QUIRKS, 'attach', conflict), { output: 'logged' });
    assert.equal(learn(NO_QUIRKS, 'start', conflict), undefined);
    for (const message of [
      'runc: error setting rlimit type 6: operation not permitted',
      'crun: setrlimit `RLIMIT_NPROC`: Operation not permitted',
    ]) {
      const refusal = { type: 'refused', status: 500, message } as const;
      assert.deepEqual(learn(NO_QUIRKS, 'start', refusal), { statesProcessLimit: true });
    }
  });

  it('are each learnt once, so that an engine that goes on refusing is believed', () => {
    const failure: fc.Arbitrary<CallFailure> = fc.record({
      type: fc.constant('refused' as const),
      status: fc.constantFrom(404, 409, 500),
      message: fc.constantFrom('rlimit type 6', 'RLIMIT_NPROC', 'rlimit type 60', ''),
    });
    const step = fc.constantFrom('attach' as const, 'start' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(step, failure)), (refusals) => {
        let known: Quirks = NO_QUIRKS;
        let learnt = 0;
        for (const [where, refusal] of refusals) {
          const lesson = learn(known, where, refusal);
          if (lesson === undefined) continue;
          learnt += 1;
          known = { ...known, ...lesson };
        }
        assert.ok(learnt <= 2);
      }),
    );
  });
});
