import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CpuTurns, divideCpus } from './cpus.ts';

/** Work that lasts until the test ends it. */
function work() {
  const ending = new EventEmitter();
  const done = once(ending, 'end');
  const state = { started: false };
  return {
    state,
    end: () => ending.emit('end'),
    run: async () => {
      state.started = true;
      await done;
    },
  };
}

/** Lets everything that can continue without an event from outside continue. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the division of CPUs', () => {
  it('gives every trial CPUs of its own, and builds none of them where there are enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 1, max: 8 }),
        (cpus, each) => {
          const plan = divideCpus(cpus, each);
          const used = plan.slots.flat();
          assert.ok(plan.slots.length >= 1);
          assert.equal(new Set(used).size, used.length);
          assert.ok(used.every((cpu) => cpu < cpus));
          assert.ok(plan.builds.length >= 1);
          if (!plan.shared) {
            assert.ok(plan.slots.every((slot) => slot.length === each));
            assert.ok(plan.builds.every((cpu) => !used.includes(cpu)));
          }
        },
      ),
    );
  });

  it('shares the two CPUs of a small host', () => {
    assert.deepEqual(divideCpus(2, 2), { slots: [[0, 1]], shared: true, builds: [0, 1] });
  });

  it('keeps half of a large host for trials', () => {
    assert.deepEqual(divideCpus(8, 2), {
      slots: [
        [0, 1],
        [2, 3],
      ],
      shared: false,
      builds: [4, 5, 6, 7],
    });
  });
});

describe('turns on a small host', () => {
  it('let a trial wait for the builds that run, and new builds wait for the trial', async () => {
    const turns = new CpuTurns(divideCpus(2, 2));
    const [first, trial, second] = [work(), work(), work()];
    const all = [turns.build(first.run)];
    await settle();
    all.push(turns.trial(trial.run));
    all.push(turns.build(second.run));
    await settle();
    assert.deepEqual(
      [first, trial, second].map((item) => item.state.started),
      [true, false, false],
    );
    first.end();
    await settle();
    assert.deepEqual(
      [trial, second].map((item) => item.state.started),
      [true, false],
    );
    trial.end();
    await settle();
    assert.equal(second.state.started, true);
    second.end();
    await Promise.all(all);
  });

  it('never run a build beside a trial, nor two trials, and let everybody finish', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        fc.scheduler(),
        async (kinds, scheduler) => {
          const turns = new CpuTurns(divideCpus(2, 2));
          let [building, trying, finished] = [0, 0, 0];
          const watch = (isTrial: boolean) => async () => {
            if (isTrial) trying += 1;
            else building += 1;
            assert.ok(trying <= 1 && (trying === 0 || building === 0));
            await scheduler.schedule(Promise.resolve());
            if (isTrial) trying -= 1;
            else building -= 1;
            finished += 1;
          };
          const all = Promise.all(
            kinds.map((isTrial) =>
              isTrial ? turns.trial(watch(true)) : turns.build(watch(false)),
            ),
          );
          await scheduler.waitFor(all);
          assert.equal(finished, kinds.length);
        },
      ),
    );
  });

  it('continue after work that failed', async () => {
    const turns = new CpuTurns(divideCpus(2, 2));
    await assert.rejects(turns.trial(() => Promise.reject(new Error('boom'))));
    await assert.rejects(turns.build(() => Promise.reject(new Error('boom'))));
    assert.equal(await turns.trial((cpuset) => Promise.resolve(cpuset)), '0,1');
  });
});
