import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallFailure } from '../failure.ts';
import { NO_QUIRKS, remember, type RunMemory } from './quirks.ts';

describe("an engine's quirks", () => {
  it('are learnt from how it refuses, and each once', () => {
    for (const message of [
      'preparing container x for attach: runc: error setting rlimit type 6: operation not permitted',
      'crun: setrlimit `RLIMIT_NPROC`: Operation not permitted',
    ]) {
      const refusal = { type: 'refused', status: 409, message } as const;
      const memory: RunMemory = { quirks: NO_QUIRKS };
      assert.equal(remember(memory, NO_QUIRKS, refusal), true);
      assert.deepEqual(memory.quirks, { ...NO_QUIRKS, statesProcessLimit: true });
      assert.equal(remember(memory, memory.quirks, refusal), false);
    }
  });

  it('are kept when another container has shown some meanwhile', () => {
    const memory: RunMemory = { quirks: { ...NO_QUIRKS, statesProcessLimit: true } };
    const message = 'open /proc/sys/net/ipv6/conf/all/disable_ipv6: no such file or directory';
    assert.equal(remember(memory, NO_QUIRKS, { type: 'refused', status: 500, message }), true);
    assert.deepEqual(memory.quirks, { ...NO_QUIRKS, statesProcessLimit: true, lacksIpv6: true });
  });

  it('are not guessed from anything else', () => {
    const message = 'error setting rlimit type 6';
    const failures: readonly CallFailure[] = [
      { type: 'connection', message },
      { type: 'refused', status: 409, message: 'busy' },
      { type: 'refused', status: 500, message: 'error setting rlimit type 60' },
    ];
    for (const failure of failures) {
      const memory: RunMemory = { quirks: NO_QUIRKS };
      assert.equal(remember(memory, NO_QUIRKS, failure), false);
      assert.deepEqual(memory.quirks, NO_QUIRKS);
    }
  });
});
