import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { withDeadline, withGrace } from './deadline.ts';
import { CancelledError, DeadlineError } from './failure.ts';

const never = (): Promise<never> => new Promise<never>(() => undefined);

describe('the time limit of a call', () => {
  it('ends a call that never settles, and tells it to stop', async () => {
    let reported: AbortSignal | undefined;
    const call = withDeadline('GET /x', 0.01, undefined, (signal) => {
      reported = signal;
      return never();
    });
    await assert.rejects(call, DeadlineError);
    assert.equal(reported?.aborted, true);
  });

  it('ends a call when its caller gives up, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const call = withDeadline('GET /x', 60, controller.signal, never);
    controller.abort();
    await assert.rejects(call, CancelledError);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  it('does not begin a call that was given up before', async () => {
    let begun = false;
    const call = withDeadline('GET /x', 60, AbortSignal.abort(), () => {
      begun = true;
      return never();
    });
    await assert.rejects(call, CancelledError);
    assert.equal(begun, false);
  });

  it('leaves nothing behind where the call throws at once', async () => {
    const { signal } = new AbortController();
    const call = withDeadline('GET /x', 60, signal, () => {
      throw new TypeError('no such container');
    });
    await assert.rejects(call, TypeError);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('gives what the call gives, and throws what it throws', async () => {
    const { signal } = new AbortController();
    assert.equal(await withDeadline('GET /x', 60, signal, () => Promise.resolve(7)), 7);
    const failing = withDeadline('GET /x', 60, signal, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});

describe('a signal that follows another one later', () => {
  it('is aborted after its grace', async () => {
    await withGrace(AbortSignal.abort(), 0.01, async (later) => {
      assert.equal(later.aborted, false);
      await new Promise((resolve) => {
        later.addEventListener('abort', resolve);
      });
    });
  });

  it('leaves no listener behind when it is no longer needed', async () => {
    const controller = new AbortController();
    await withGrace(controller.signal, 60, () => Promise.resolve());
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });
});
