import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancelledError, DeadlineError } from './failure.ts';
import { delayBefore, withRetries } from './retry.ts';

function refused(statusCode: number): Error {
  return Object.assign(new Error('refused'), { statusCode });
}

/** A call that fails with these, one after the other, and then succeeds. */
function failing(...errors: Error[]): { call: () => Promise<string>; retries: unknown[] } {
  const retries: unknown[] = [];
  return {
    retries,
    call: () => {
      const error = errors.shift();
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    },
  };
}

function policy(retries: unknown[], tries = 4, within = 60_000) {
  return { tries, firstDelay: 1, within, onRetry: (error: unknown) => retries.push(error) };
}

describe('trying a call again', () => {
  it('gets over a bad moment of the engine, and counts it', async () => {
    const { call, retries } = failing(refused(500), new Error('socket hang up'), refused(503));
    assert.equal(await withRetries(policy(retries), undefined, call), 'done');
    assert.equal(retries.length, 3);
  });

  it('does not repeat what the engine refuses for good', async () => {
    for (const status of [400, 404, 409]) {
      const { call, retries } = failing(refused(status));
      await assert.rejects(withRetries(policy(retries), undefined, call), { statusCode: status });
      assert.equal(retries.length, 0);
    }
  });

  it('gives up after its tries and after its time', async () => {
    const many = failing(refused(500), refused(501), refused(502));
    await assert.rejects(withRetries(policy(many.retries, 2), undefined, many.call), {
      statusCode: 501,
    });
    const late = failing(new DeadlineError('late'), refused(500));
    await assert.rejects(
      withRetries(policy(late.retries, 4, 0), undefined, late.call),
      DeadlineError,
    );
  });

  it('stops waiting for the next try when it is given up', async () => {
    const { call } = failing(refused(500));
    const slow = { ...policy([]), firstDelay: 1_000_000 };
    const controller = new AbortController();
    const result = withRetries(slow, controller.signal, call);
    controller.abort();
    await assert.rejects(result, CancelledError);
  });

  it('waits longer each time, up to ten seconds', () => {
    assert.deepEqual(
      [2, 3, 4, 5, 20].map((n) => delayBefore(n, 200)),
      [200, 400, 800, 1600, 10_000],
    );
  });
});
