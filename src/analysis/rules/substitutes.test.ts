import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { simplestRules } from './rule-search.ts';
import { matches, type Point } from './rule.ts';
import { substitutesOf } from './substitutes.ts';

function point(libc: string, python: string, fails: boolean): Point {
  const [family = '', version = ''] = libc.split(' ');
  const minor = python.split('.').slice(0, 2).join('.');
  return {
    id: 'row',
    facts: {
      libc: { family, levels: [version] },
      python: { family: 'CPython', levels: [minor, python] },
    },
    fails,
  };
}

/** The substitutes for the simplest rule: `musl & CPython 3.13..`. */
function substitutes(points: readonly Point[]): readonly string[] {
  const [rule = []] = simplestRules(points);
  return substitutesOf(rule, points).map((one) =>
    one
      .map((term) =>
        term
          .map(({ family, level, from, to }) =>
            [family, level !== undefined && `${from ?? ''}..${to ?? ''}`].filter(Boolean).join(' '),
          )
          .join(' & '),
      )
      .join(' or '),
  );
}

describe('the substitutes for a range', () => {
  const rows = [
    point('glibc 2.36', '3.11.2', false),
    point('glibc 2.41', '3.13.5', false),
    point('musl 1.2.3', '3.11.2', false),
    point('musl 1.2.5', '3.13.5', true),
    point('musl 1.2.6', '3.13.5', true),
  ];

  it('name the Python that came with the new C library', () => {
    assert.deepEqual(substitutes(rows), ['musl & CPython 3.13..']);
  });

  it('are none once a row has the new C library without the new Python', () => {
    assert.deepEqual(substitutes([...rows, point('musl 1.2.5', '3.11.2', true)]), []);
  });

  it('are none where a passing row may have the same', () => {
    const [, , old] = rows;
    const unknown = { ...old, id: 'row', fails: false, facts: { libc: old?.facts.libc } } as Point;
    assert.deepEqual(substitutes(rows.map((one) => (one === old ? unknown : one))), []);
  });

  it('separate the same rows as the rule', () => {
    const row = fc
      .tuple(
        fc.constantFrom('glibc 2.36', 'glibc 2.41', 'musl 1.2.3', 'musl 1.2.5', 'musl 1.2.6'),
        fc.constantFrom('3.9.2', '3.11.2', '3.13.5'),
      )
      .map(([libc, python]) => ({ libc, python }));
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 2, selector: (one) => `${one.libc} ${one.python}` }),
        fc.infiniteStream(fc.boolean()),
        (places, fails) => {
          const points = places.map(({ libc, python }) =>
            point(libc, python, fails.next().value as boolean),
          );
          for (const rule of simplestRules(points).flatMap((one) => substitutesOf(one, points))) {
            for (const one of points) assert.equal(matches(rule, one.facts), one.fails);
          }
        },
      ),
    );
  });
});
