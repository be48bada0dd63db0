import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { measuredEdges } from './measured-edges.ts';
import { matches, type Condition, type Point, type Rule } from './rule.ts';

function point(libc: string, family: string, minor: number, patch: number): Point {
  return {
    id: 'row',
    facts: {
      libc: { family: libc, levels: [] },
      python: { family, levels: [`3.${minor}`, `3.${minor}.${patch}`] },
    },
    fails: false,
  };
}

function range(family: string | undefined, from?: string, to?: string): Condition {
  return { fact: 'python', family, level: 0, from, to };
}

const edgesOf = (rule: Rule, ...points: readonly Point[]) =>
  measuredEdges(rule, points).map((term) =>
    term.map(({ family, from, to }) => `${family ?? 'any'} ${from ?? ''}..${to ?? ''}`).join(' & '),
  );

describe('the measured edges of a rule', () => {
  it('are the patch releases that were measured there', () => {
    const rows = [point('glibc', 'CPython', 9, 2), point('glibc', 'CPython', 11, 2)];
    assert.deepEqual(edgesOf([[range('CPython', undefined, '3.11')]], ...rows), [
      'CPython ..3.11.2',
    ]);
    assert.deepEqual(edgesOf([[range('CPython', '3.9', '3.11')]], ...rows), [
      'CPython 3.9.2..3.11.2',
    ]);
  });

  it('are those of the rows that the whole term is about', () => {
    const musl: Condition = { ...range('musl'), fact: 'libc', level: undefined };
    const rows = [point('glibc', 'CPython', 13, 1), point('musl', 'CPython', 13, 5)];
    assert.deepEqual(edgesOf([[musl, range('CPython', '3.13')]], ...rows), [
      'musl .. & CPython 3.13.5..3.13.5',
    ]);
  });

  it('are those of each Python where the rule is about any', () => {
    const rows = [
      point('glibc', 'CPython', 9, 2),
      point('glibc', 'CPython', 11, 2),
      // The only one of its kind, of which nothing is known before or after.
      point('glibc', 'PyPy', 11, 17),
    ];
    assert.deepEqual(edgesOf([[range(undefined, undefined, '3.11')]], ...rows), [
      'CPython ..3.11.2',
      'PyPy 3.11.17..3.11.17',
    ]);
  });

  it('separate the same rows as before', () => {
    const row = fc
      .tuple(
        fc.constantFrom('glibc', 'musl'),
        fc.constantFrom('CPython', 'PyPy'),
        fc.integer({ min: 8, max: 13 }),
        fc.nat(12),
      )
      .map((parts) => point(...parts));
    const version = fc.option(
      fc.integer({ min: 8, max: 13 }).map((minor) => `3.${minor}`),
      { nil: undefined },
    );
    const python = fc
      .tuple(fc.constantFrom('CPython', 'PyPy', undefined), version, version)
      .map((parts) => range(...parts));
    const libc = fc
      .constantFrom('glibc', 'musl')
      .map((family): Condition => ({ ...range(family), fact: 'libc', level: undefined }));
    const term = fc.oneof(
      python.map((one) => [one]),
      fc.tuple(libc, python).map((both) => [...both]),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.array(term, { minLength: 1, maxLength: 2 }),
        (points, rule) => {
          const sharp = measuredEdges(rule, points);
          for (const { facts } of points) assert.equal(matches(sharp, facts), matches(rule, facts));
        },
      ),
    );
  });
});
