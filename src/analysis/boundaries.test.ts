import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { explain, pointsOf, witness, type Account, type Point } from './boundaries.ts';

/** Points on glibc with CPython: `2.31 3.9 F`. */
function points(...lines: string[]): Point[] {
  return lines.map((line, index) => {
    const [libc = '', python = '', verdict] = line.split(' ');
    return {
      environment: `e${index}`,
      place: {
        libc: { line: 'glibc', version: libc },
        python: { line: 'CPython', version: python },
      },
      fails: verdict === 'F',
    };
  });
}

/** An account in short: `F`, or `libc 2.36|2.41 (F, P)`. */
function short(account: Account): string {
  if (account.type === 'constant') return account.fails ? 'F' : 'P';
  const { axis, last, first, below, above } = account;
  return `${axis} ${last}|${first} (${short(below)}, ${short(above)})`;
}

describe('the account of where something reproduces', () => {
  it('is one word where it always does', () => {
    const { account, exceptions } = explain(points('2.31 3.9 F', '2.41 3.13 F'), ['libc']);
    assert.equal(short(account), 'F');
    assert.deepEqual(exceptions, []);
  });

  it('finds the C library that changed it, and says whether versions between are unknown', () => {
    const gap = explain(points('2.31 3.9 F', '2.36 3.11 F', '2.41 3.13 P', '2.43 3.13 P'), [
      'libc',
    ]);
    assert.equal(short(gap.account), 'libc 2.36|2.41 (F, P)');
    assert.equal(gap.account.type === 'boundary' && gap.account.gap, true);
    const next = explain(points('2.40 3.13 F', '2.41 3.13 P'), ['libc']);
    assert.equal(next.account.type === 'boundary' && next.account.gap, false);
  });

  it('orders versions as numbers', () => {
    const { account } = explain(points('2.4 3.9 F', '2.31 3.9 P', '2.9 3.9 F'), ['libc']);
    assert.equal(short(account), 'libc 2.9|2.31 (F, P)');
  });

  it('finds Python where that is what separates', () => {
    const found = explain(points('2.31 2.7 F', '2.31 3.9 P', '2.36 2.7 F', '2.36 3.11 P'), [
      'libc',
      'python',
    ]);
    assert.equal(short(found.account), 'python 2.7|3.9 (F, P)');
  });

  it('finds a boundary of one inside the other', () => {
    const { account, exceptions } = explain(
      points(
        ...['2.31 2.7 F', '2.36 2.7 F', '2.41 2.7 F', '2.43 2.7 F'],
        ...['2.31 3.9 F', '2.36 3.9 F', '2.41 3.9 P', '2.43 3.9 P'],
      ),
      ['libc', 'python'],
    );
    assert.deepEqual(exceptions, []);
    assert.match(short(account), /^(python 2\.7\|3\.9 \(F, libc|libc 2\.36\|2\.41 \(F, python)/);
  });

  it('keeps a single stray cell as an exception', () => {
    const { account, exceptions } = explain(
      points('2.31 3.9 F', '2.36 3.9 P', '2.41 3.9 F', '2.43 3.9 F', '2.44 3.9 F'),
      ['libc', 'python'],
    );
    assert.equal(short(account), 'F');
    assert.deepEqual(
      exceptions.map(({ environment }) => environment),
      ['e1'],
    );
  });

  it('takes a change in the newest version as a boundary, not as an exception', () => {
    const { account } = explain(points('2.31 3.9 P', '2.36 3.9 P', '2.44 3.9 F'), ['libc']);
    assert.equal(short(account), 'libc 2.36|2.44 (P, F)');
  });

  it('knows what proves which axis decides', () => {
    const proven = explain(points('2.36 3.13 F', '2.41 3.13 P'), ['libc', 'python']).account;
    assert.equal(proven.type, 'boundary');
    assert.deepEqual(witness(proven)?.python, { line: 'CPython', version: '3.13' });
    const confounded = explain(points('2.36 3.11 F', '2.41 3.13 P'), ['libc', 'python']).account;
    assert.equal(confounded.type, 'boundary');
    assert.equal(witness(confounded), undefined);
  });

  it('loses no cell, and its exceptions are exactly the cells that it gets wrong', () => {
    const point = fc
      .tuple(
        fc.constantFrom('2.31', '2.36', '2.41', '2.43', '2.44'),
        fc.constantFrom('2.7', '3.9', '3.11', '3.13'),
        fc.constantFrom('F', 'P'),
      )
      .map((parts) => parts.join(' '));
    const predicted = (account: Account): Map<string, boolean> =>
      account.type === 'constant'
        ? new Map(account.points.map(({ environment }) => [environment, account.fails]))
        : new Map([...predicted(account.below), ...predicted(account.above)]);
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (lines) => {
        const all = points(...lines);
        const { account, exceptions, cost } = explain(all, ['libc', 'python']);
        assert.equal(pointsOf(account).length, all.length);
        const verdicts = predicted(account);
        assert.deepEqual(
          new Set(exceptions),
          new Set(all.filter((one) => verdicts.get(one.environment) !== one.fails)),
        );
        const failing = all.filter(({ fails }) => fails).length;
        assert.ok(cost <= Math.min(failing, all.length - failing));
      }),
    );
  });
});
