import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { StoppingRule } from '../model.ts';
import { TRIAL_PROBLEMS, type Observation, type TrialProblem } from './observation.ts';
import { callsForBound } from './bounds.ts';
import { decide, type ControlState, type Decision } from './decide.ts';

const rule: StoppingRule = { confidence: 0.99, maxRate: 0.001, budgetSeconds: 60 };
const clean: ControlState = { type: 'clean' };

function completed(exposed: number, failures = 0, seconds = 1): Observation {
  return {
    type: 'completed',
    calls: exposed,
    exposed,
    symptoms: failures > 0 ? { 'spawn-error': failures } : {},
    failures,
    mutations: exposed * 3,
    samples: [],
    seconds,
  };
}

function problem(kind: TrialProblem): Observation {
  return { type: 'problem', problem: kind, reason: `it was ${kind}`, seconds: 1 };
}

const crashed: Observation = {
  type: 'crashed',
  signal: 'SIGSEGV',
  calls: 0,
  exposed: 0,
  samples: [],
  seconds: 1,
};

const problems = TRIAL_PROBLEMS.filter((one) => one !== 'interrupted');

const anyObservation = fc.oneof(
  fc
    .tuple(fc.nat(6000), fc.nat(20), fc.double({ min: 0.1, max: 70, noNaN: true }))
    .map(([exposed, failures, seconds]) => completed(exposed + failures, failures, seconds)),
  fc.constantFrom(...problems).map(problem),
  fc.constant(crashed),
  fc.constant<Observation>({ type: 'unsupported', reason: 'no such function' }),
);

const anyControl = fc.constantFrom<ControlState>(
  { type: 'none' },
  clean,
  { type: 'unusable', verdict: 'fail', reason: '3 calls failed' },
  { type: 'unusable', verdict: 'error', reason: 'no summary' },
  { type: 'unusable', verdict: 'inconclusive', reason: 'too few calls' },
  { type: 'unusable', verdict: 'skipped', reason: 'no such launcher' },
);

describe('the stopping rule', () => {
  it('asks for the first trial of a cell whose control is clean', () => {
    assert.deepEqual(decide(rule, [], clean), { type: 'continue', missing: 4603, seconds: 60 });
  });

  it('fails at the first failure', () => {
    assert.deepEqual(decide(rule, [completed(10, 1)], clean), { type: 'stop', verdict: 'fail' });
  });

  it('fails where the interpreter crashed', () => {
    assert.deepEqual(decide(rule, [crashed], clean), { type: 'stop', verdict: 'fail' });
  });

  it('passes with exactly enough exposed calls, and continues with one fewer', () => {
    assert.equal(decide(rule, [completed(4603)], clean).type, 'stop');
    assert.deepEqual(decide(rule, [completed(4602)], clean), {
      type: 'continue',
      missing: 1,
      seconds: 59,
    });
  });

  it('is inconclusive when the budget is spent, and says which bound was reached', () => {
    const decision = decide(rule, [completed(100, 0, 61)], clean);
    assert.ok(decision.type === 'stop' && decision.verdict === 'inconclusive');
    assert.match(decision.reason ?? '', /100 exposed calls.*4603.*4\.5 %/);
  });

  it('says nothing of a cell whose control is dirty, whatever the cell did', () => {
    for (const observations of [[], [completed(5000)], [completed(10, 5)]]) {
      const decision = decide(rule, observations, {
        type: 'unusable',
        verdict: 'fail',
        reason: '3 of 4603 calls failed',
      });
      assert.ok(decision.type === 'stop' && decision.verdict === 'error');
      assert.match(decision.reason ?? '', /control.*3 of 4603/);
    }
  });

  it('is an error when any trial failed, even beside trials that were long enough', () => {
    for (const kind of problems) {
      const decision = decide(rule, [completed(5000), problem(kind)], clean);
      assert.deepEqual(decision, { type: 'stop', verdict: 'error', reason: `it was ${kind}` });
    }
  });

  /** Looks at the decision on any observations under any control. */
  function forAnyDecision(
    numRuns: number,
    look: (decision: Decision, observations: readonly Observation[], control: ControlState) => void,
  ): void {
    const any = fc.array(anyObservation, { maxLength: 5 });
    const property = fc.property(any, anyControl, (observations, control) => {
      look(decide(rule, observations, control), observations, control);
    });
    fc.assert(property, { numRuns });
  }

  it('passes only silence that was long enough, with nothing wrong and a clean control', () => {
    forAnyDecision(2000, (decision, observations, control) => {
      if (decision.type !== 'stop' || decision.verdict !== 'pass') return;
      assert.notEqual(control.type, 'unusable');
      let exposed = 0;
      for (const observation of observations) {
        assert.ok(observation.type === 'completed' && observation.failures === 0);
        exposed += observation.exposed;
      }
      assert.ok(exposed >= 4603);
    });
  });

  it('always ends, and gives a reason for everything that is neither pass nor fail', () => {
    forAnyDecision(100, (decision) => {
      if (decision.type === 'continue') {
        assert.ok(decision.missing > 0 && decision.seconds > 0);
      } else if (decision.verdict !== 'pass' && decision.verdict !== 'fail') {
        assert.ok((decision.reason ?? '') !== '');
      }
    });
  });
});

describe('false passes, by simulation', () => {
  /** A repeatable source of numbers in 0…1 (Park and Miller's minimal standard generator). */
  function generator(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
  }

  /** Calls until the first failure of a cell that fails with the rate `p`. */
  function firstFailure(p: number, random: () => number): number {
    return Math.floor(Math.log(1 - random()) / Math.log1p(-p)) + 1;
  }

  function simulate(level: number, maxRate: number, p: number, random: () => number) {
    const own = { confidence: level, maxRate, budgetSeconds: 1e6 };
    const at = firstFailure(p, random);
    const observations: Observation[] = [];
    let seen = 0;
    for (;;) {
      const decision = decide(own, observations, clean);
      if (decision.type === 'stop') return decision.verdict;
      const calls = Math.min(decision.missing, 1 + Math.floor(random() * 500));
      const failing = seen + calls >= at;
      observations.push(completed(calls, failing ? 1 : 0, 0.1));
      seen += calls;
    }
  }

  for (const [level, maxRate] of [
    [0.99, 0.01],
    [0.95, 0.01],
    [0.9, 0.02],
  ] as const) {
    it(`of cells that fail at the rate ${maxRate}, at most ${((1 - level) * 100).toFixed(0)} % pass`, () => {
      const random = generator(20_240 + callsForBound(level, maxRate));
      const cells = 10_000;
      let passes = 0;
      for (let cell = 0; cell < cells; cell += 1) {
        const verdict = simulate(level, maxRate, maxRate, random);
        assert.ok(verdict === 'pass' || verdict === 'fail');
        if (verdict === 'pass') passes += 1;
      }
      const promised = (1 - level) * cells;
      // Five standard deviations of a count that keeps the promise exactly: both sides, since a
      // rule that passes far too rarely wastes trials.
      const slack = 5 * Math.sqrt(promised * level);
      assert.ok(Math.abs(passes - promised) < slack, `${passes} passes, promised ${promised}`);
    });
  }
});
