import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Calls, callWithRetry, waitToRetry } from './calls.ts';
import { connect } from './endpoint.ts';
import { CancelledError, DeadlineError } from './failure.ts';

function refused(statusCode: number): Error {
  return Object.assign(new Error('refused'), { statusCode });
}

/** An engine whose first delay is a millisecond, unless the scale of time says otherwise. */
function engine(timeScale = 0.005): Calls {
  return {
    docker: connect({ type: 'unix', path: '/nowhere' }),
    notify: () => undefined,
    retries: { count: 0 },
    timeScale,
  };
}

/** A call that fails with these, one after the other, and then succeeds. */
function failing(...errors: Error[]): () => Promise<string> {
  return () => {
    const error = errors.shift();
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
}

const OPTIONS = { what: 'GET /x', seconds: 10_000 };

describe('trying a call again', () => {
  it('gets over a bad moment of the engine, and counts it', async () => {
    const calls = engine();
    const call = failing(refused(500), new Error('socket hang up'), refused(503));
    assert.equal(await callWithRetry(calls, OPTIONS, call), 'done');
    assert.equal(calls.retries.count, 3);
  });

  it('does not repeat what the engine refuses for good', async () => {
    for (const status of [400, 404, 409]) {
      const calls = engine();
      const call = failing(refused(status));
      await assert.rejects(callWithRetry(calls, OPTIONS, call), { statusCode: status });
      assert.equal(calls.retries.count, 0);
    }
  });

  it('gives up after its tries and after its time', async () => {
    const many = failing(refused(500), refused(501), refused(502), refused(503), refused(504));
    await assert.rejects(callWithRetry(engine(), OPTIONS, many), { statusCode: 503 });
    const late = failing(new DeadlineError('late'), refused(500));
    await assert.rejects(callWithRetry(engine(), { ...OPTIONS, seconds: 0 }, late), DeadlineError);
  });

  it('stops waiting for the next try when it is given up', async () => {
    const controller = new AbortController();
    const options = { what: 'GET /x', seconds: 1, signal: controller.signal };
    const result = callWithRetry(engine(5000), options, failing(refused(500)));
    setImmediate(() => {
      controller.abort();
    });
    await assert.rejects(result, CancelledError);
  });

  it('waits longer each time', async () => {
    for (const [n, delay] of [
      [2, 10],
      [3, 20],
      [4, 40],
      [5, 80],
    ] as const) {
      const began = performance.now();
      await waitToRetry(engine(1), n, 10, undefined);
      // A timer counts whole milliseconds.
      assert.ok(performance.now() - began >= delay - 2, `try ${n}`);
    }
  });
});
