import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Seen, type StateSeen, decideOutcome, needsEvents } from './container-end.ts';

type Known = Extract<StateSeen, { type: 'known' }>;

const ended: Known = {
  type: 'known',
  running: false,
  paused: false,
  status: 0,
  oomKilled: false,
  error: '',
  startedAt: 100,
  finishedAt: 101,
};

/** A container that ended well, except for the given values. */
function seen(more: Partial<Seen> = {}, state: Partial<Known> = {}): Seen {
  const known = { ...ended, ...state };
  return {
    paused: false,
    output: { type: 'whole' },
    state: known,
    waited: known.status,
    events: { type: 'not-asked' },
    firstWords: '',
    seconds: 1,
    ...more,
  };
}

describe('how a container ended', () => {
  it('has the status of its program where nothing speaks against it', () => {
    for (const status of [0, 1, 3, 125, 127, 134, 139, 255]) {
      assert.deepEqual(decideOutcome(seen({}, { status })), { type: 'exited', status, seconds: 1 });
    }
  });

  it('tells the limits apart', () => {
    assert.equal(decideOutcome(seen({ cause: 'timeout' }, { status: 137 })).type, 'timeout');
    assert.equal(
      decideOutcome(seen({ cause: 'output-limit' }, { status: 137 })).type,
      'output-limit',
    );
    assert.equal(decideOutcome(seen({}, { status: 137, oomKilled: true })).type, 'out-of-memory');
  });

  it('does not take a pause for a hang', () => {
    const late = seen({ cause: 'timeout', paused: true }, { status: 137 });
    assert.equal(decideOutcome(late).type, 'vanished');
  });

  it('knows the memory limit from the events where the engine lost its flag', () => {
    const events = { type: 'known', outOfMemory: true } as const;
    assert.equal(decideOutcome(seen({ events }, { status: 137 })).type, 'out-of-memory');
  });

  it('calls a program whose child met the memory limit out of memory, not good', () => {
    assert.equal(decideOutcome(seen({}, { status: 0, oomKilled: true })).type, 'out-of-memory');
  });

  it('does not take the signal of someone else for a crash', () => {
    const events = { type: 'known', outOfMemory: false, killedWith: '11' } as const;
    assert.equal(decideOutcome(seen({ events }, { status: 139 })).type, 'vanished');
    assert.equal(decideOutcome(seen({}, { status: 137 })).type, 'vanished');
  });

  it('believes its own crash without the events, but no signal that others send', () => {
    const events = { type: 'unknown', reason: 'no events' } as const;
    assert.equal(decideOutcome(seen({ events }, { status: 139 })).type, 'exited');
    assert.equal(decideOutcome(seen({ events }, { status: 143 })).type, 'engine-failed');
  });

  it('says that a program is missing where the init of the container says so', () => {
    for (const firstWords of [
      '[FATAL tini (7)] exec /usr/bin/python9 failed: No such file or directory\n',
      'ERROR (catatonit:2): failed to exec pid1: No such file or directory\n',
    ]) {
      assert.equal(
        decideOutcome(seen({ firstWords }, { status: 127 })).type,
        'not-started',
        firstWords,
      );
    }
  });

  it('asks for the events of no container that ended well', () => {
    assert.equal(needsEvents(seen()), false);
    assert.equal(needsEvents(seen({}, { status: 139 })), true);
  });

  it('is never "exited" when anything was amiss', () => {
    const amiss: fc.Arbitrary<Seen> = fc.oneof(
      fc.constantFrom('timeout', 'output-limit').map((cause) => seen({ cause })),
      fc.string().map((reason) => seen({ output: { type: 'broken', reason } })),
      fc.constant(seen({ state: { type: 'gone' } })),
      fc.string().map((reason) => seen({ state: { type: 'unknown', reason } })),
      fc.constant(seen({}, { running: true })),
      fc.string({ minLength: 1 }).map((error) => seen({}, { error })),
      fc.integer({ min: 1, max: 255 }).map((waited) => seen({ waited })),
      fc.nat(255).map((status) => seen({}, { status, oomKilled: true })),
    );
    fc.assert(
      fc.property(amiss, fc.nat(255), (what, status) => {
        const state = what.state.type === 'known' ? { ...what.state, status } : what.state;
        const waited = what.waited === undefined || what.waited === 0 ? status : what.waited;
        fc.pre(what.waited === 0 || waited !== status);
        assert.notEqual(decideOutcome({ ...what, state, waited }).type, 'exited');
      }),
    );
  });
});
