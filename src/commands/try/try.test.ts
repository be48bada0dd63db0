import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PLAIN_MANIFEST, SCRIPT_RULE } from '../../reproduction/plain-manifest.ts';
import { callsForBound } from '../../verdict/bounds.ts';
import { tellingText, triedStatus } from './finish-try.ts';
import { imagePlan } from './image-plan.ts';
import { ruleSince } from './rules-since.ts';
import { triedCommand } from './try-options.ts';

const SUMMARY = { pass: 0, fail: 0, inconclusive: 0, error: 0, skipped: 0, unexpected: 0 };

describe('the exit status of `matrix try`', () => {
  const run = { complete: true } as Parameters<typeof triedStatus>[0]['run'];
  for (const [summary, expected] of [
    [{ pass: 3 }, 0],
    [{ pass: 3, skipped: 1 }, 0],
    [{ pass: 3, fail: 1, error: 1 }, 1],
    [{ pass: 3, error: 1 }, 3],
    [{ pass: 3, inconclusive: 1 }, 3],
    [{ skipped: 3 }, 3],
    [{}, 3],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(summary)}`, () => {
      assert.equal(triedStatus({ run, summary: { ...SUMMARY, ...summary } }), expected);
    });
  }

  it('is 130 for a run that was interrupted before the bug showed', () => {
    const interrupted = { ...run, complete: false };
    assert.equal(triedStatus({ run: interrupted, summary: { ...SUMMARY, pass: 3 } }), 130);
  });
});

describe('the command that shows one row again', () => {
  it('has everything that changes what is measured, as a shell reads it', () => {
    const options = {
      only: ['debian-1*'],
      bad: ["it's"],
      goodStatus: ['1'],
    };
    assert.equal(
      triedCommand('bin/matrix', 'debian-12/cpython-3.11', 'my bug.py', ['-v', 'a b'], options),
      `bin/matrix try 'my bug.py' --only debian-12/cpython-3.11 --bad 'it'\\''s' --good-status 1 --output -- -v 'a b'`,
    );
  });

  it('names the image of its row, and no password', () => {
    const options = { image: ['a:1', 'b:2'] };
    assert.equal(
      triedCommand('bin/matrix', 'b:2', 'https://me:secret@example.org/x.git', [], options),
      `bin/matrix try 'https://example.org/x.git' --image 'b:2' --output`,
    );
  });
});

describe('--fixed-since', () => {
  it('asks each row that failed for the runs that exclude its rate of before', () => {
    const before = {
      cells: [
        { environment: 'a', scenario: 'default', verdict: 'fail', rate: { low: 0.01 } },
        { environment: 'b', scenario: 'default', verdict: 'fail', rate: { low: 0.5 } },
        { environment: 'c', scenario: 'default', verdict: 'pass' },
      ],
    } as unknown as Parameters<typeof ruleSince>[0];
    const ruleFor = ruleSince(before, { ruleFor: () => SCRIPT_RULE });
    const runs = (row: string) => {
      const { confidence, maxRate } = ruleFor(row, 'default');
      return callsForBound(confidence, maxRate);
    };
    assert.deepEqual(['a', 'b', 'c', 'new'].map(runs), [299, 29, 29, 29]);
  });
});

describe('a plan of images', () => {
  it('has a row for each image, once', () => {
    const given = { reproduction: '/x', recipes: [] };
    const plan = imagePlan(['a:1', 'b', 'a:1'], PLAIN_MANIFEST, given);
    assert.deepEqual(
      plan.environments.map(({ id, image }) => [id, image]),
      [
        ['a:1', 'a:1'],
        ['b', 'b'],
      ],
    );
    assert.equal(plan.expectedFor('a:1', 'default'), null);
  });
});

describe('the lines that are shown below the table', () => {
  it('are those of one row for each kind of output, with nothing that acts on a terminal', () => {
    const cell = (environment: string, evidence: readonly string[]) => ({
      environment,
      verdict: 'fail',
      evidence,
      rerun: `bin/matrix try x --only ${environment} --output`,
    });
    const cells = [cell('a', ['took 1 s']), cell('b', ['took 2 s']), cell('c', ['\x1b[2Jother'])];
    const text = tellingText({ cells } as unknown as Parameters<typeof tellingText>[0]);
    assert.equal(
      text,
      '\na printed:\n  took 1 s\n\nc printed:\n  ␛[2Jother\n\nTo run one environment again with its full output:\n  bin/matrix try x --only a --output\n',
    );
  });
});
