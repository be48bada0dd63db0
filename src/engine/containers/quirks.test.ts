import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { learn, NO_QUIRKS } from './quirks.ts';

describe("an engine's quirks", () => {
  it('are learnt from how it refuses, and each once', () => {
    for (const message of [
      'preparing container x for attach: runc: error setting rlimit type 6: operation not permitted',
      'crun: setrlimit `RLIMIT_NPROC`: Operation not permitted',
    ]) {
      const refusal = { type: 'refused', status: 409, message } as const;
      const lesson = learn(NO_QUIRKS, refusal);
      assert.deepEqual(lesson, { statesProcessLimit: true });
      assert.equal(learn({ ...NO_QUIRKS, ...lesson }, refusal), undefined);
    }
  });

  it('are not guessed from anything else', () => {
    const message = 'error setting rlimit type 6';
    assert.equal(learn(NO_QUIRKS, { type: 'connection', message }), undefined);
    assert.equal(learn(NO_QUIRKS, { type: 'refused', status: 409, message: 'busy' }), undefined);
    assert.equal(
      learn(NO_QUIRKS, { type: 'refused', status: 500, message: 'error setting rlimit type 60' }),
      undefined,
    );
  });
});
