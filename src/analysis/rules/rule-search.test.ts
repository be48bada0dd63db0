import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FACTS, type Fact, type RowFacts } from './facts.ts';
import { simplestRules } from './rule-search.ts';
import { matches, type Condition, type Point, type Rule } from './rule.ts';

/** `glibc 2.36 | CPython 3.11.2 F`, with more facts behind it: `| gil free-threaded`. */
function point(line: string, index: number): Point {
  const verdict = line.slice(-1);
  const [libc = '', python = '', ...others] = line.slice(0, -2).split(' | ');
  const [libcName = '', libcVersion = ''] = libc.split(' ');
  const [implementation = '', version = ''] = python.split(' ');
  const facts: Partial<Record<Fact, { family: string; levels: string[] }>> = {
    libc: { family: libcName, levels: [libcVersion, `${libcVersion}-1`] },
    python: {
      family: implementation,
      levels: [/^\d+\.\d+/.exec(version)?.[0] ?? '', version],
    },
  };
  for (const other of others) {
    const [fact = '', family = '', ...levels] = other.split(' ');
    facts[fact as Fact] = { family, levels };
  }
  return { id: `row-${index}`, facts, fails: verdict === 'F' };
}

const text = ({ fact, family, level, from, to }: Condition) =>
  `${family ?? `any ${fact}`}${level === undefined ? '' : ` [${from ?? ''}..${to ?? ''}]`}`;
const rulesOf = (...lines: string[]) =>
  simplestRules(lines.map(point)).map((rule) =>
    rule.map((term) => term.map(text).join(' & ')).join(' or '),
  );

describe('the simplest rules', () => {
  it('are about the implementation where that is all there is', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.36 | CPython 3.11.2 F',
        'glibc 2.41 | CPython 3.13.5 F',
        'musl 1.2.5 | CPython 3.13.5 F',
        'glibc 2.36 | PyPy 3.9.16 P',
        'glibc 2.41 | PyPy 3.11.11 P',
      ),
      ['CPython'],
    );
  });

  it('are about a patch level where only that tells', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.31 | CPython 3.9.2 P',
        'glibc 2.36 | CPython 3.11.2 P',
        'glibc 2.41 | CPython 3.13.5 F',
        'musl 1.2.5 | CPython 3.13.5 F',
        'glibc 2.43 | CPython 3.13.15 P',
        'glibc 2.43 | CPython 3.14.8 P',
        'musl 1.2.2 | CPython 3.9.2 P',
      ),
      ['CPython [3.13.5..3.13.5]'],
    );
  });

  it('prefer one boundary of Python to one for each C library', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.31 | CPython 2.7.18 F',
        'glibc 2.31 | CPython 3.9.2 F',
        'glibc 2.36 | CPython 3.11.2 F',
        'musl 1.2.2 | CPython 3.9.2 F',
        'glibc 2.41 | CPython 3.13.5 P',
        'musl 1.2.5 | CPython 3.13.5 P',
        'glibc 2.43 | CPython 3.14.8 P',
      ),
      ['CPython [..3.11]'],
    );
  });

  it('name what was built against another C library', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.41 | CPython 3.13.5 | built-against glibc 2.41 P',
        'glibc 2.41 | CPython 3.13.5 | built-against glibc 2.31 F',
      ),
      ['glibc [..2.31]'],
    );
  });

  it('need a term for each C library where there is no other way', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.31 | CPython 3.13.5 F',
        'glibc 2.36 | CPython 3.13.5 F',
        'glibc 2.41 | CPython 3.9.2 P',
        'glibc 2.43 | CPython 3.13.5 P',
        'musl 1.2.2 | CPython 3.9.2 F',
        'musl 1.2.6 | CPython 3.13.5 F',
      ),
      ['glibc [..2.36] or musl'],
    );
  });

  it('are several where two facts go together', () => {
    assert.deepEqual(
      rulesOf(
        'glibc 2.31 | CPython 3.9.2 F',
        'glibc 2.36 | CPython 3.11.2 F',
        'glibc 2.41 | CPython 3.13.5 P',
      ),
      ['glibc [..2.36]', 'CPython [..3.11]'],
    );
  });

  it('are none where rows with the same facts differ, or nothing short separates them', () => {
    assert.deepEqual(rulesOf('glibc 2.31 | CPython 3.9.2 F', 'glibc 2.31 | CPython 3.9.2 P'), []);
    assert.deepEqual(
      rulesOf(
        ...Array.from(
          { length: 12 },
          (_, n) => `glibc 2.${String(20 + n)} | CPython 3.9.2 ${n % 2 === 0 ? 'F' : 'P'}`,
        ),
      ),
      [],
    );
  });
});

const FAMILIES: Partial<Record<Fact, readonly string[]>> = {
  libc: ['glibc', 'musl'],
  python: ['CPython', 'PyPy'],
  gil: ['free-threaded', 'with the GIL'],
  distribution: ['debian', 'alpine'],
};
const USED = Object.keys(FAMILIES) as Fact[];

const row = fc.record({
  libc: fc.tuple(fc.nat(1), fc.nat(3)),
  python: fc.tuple(fc.nat(1), fc.nat(3)),
  gil: fc.nat(1),
  distribution: fc.nat(1),
});

function factsOf({
  libc,
  python,
  gil,
  distribution,
}: typeof row extends fc.Arbitrary<infer T> ? T : never): RowFacts {
  const family = (fact: Fact, index: number) => FAMILIES[fact]?.[index] ?? '';
  return {
    libc: { family: family('libc', libc[0]), levels: [`2.${libc[1]}`] },
    python: { family: family('python', python[0]), levels: [`3.${python[1]}`] },
    gil: { family: family('gil', gil), levels: [] },
    distribution: { family: family('distribution', distribution), levels: [] },
  };
}

/** Every possible condition on these facts, for any rows. */
function everyCondition(): Condition[] {
  return USED.flatMap((fact) => {
    const whole = (FAMILIES[fact] ?? []).map((family): Condition => ({
      ...{ fact, family, level: undefined, from: undefined, to: undefined },
    }));
    if (fact !== 'libc' && fact !== 'python') return whole;
    const major = fact === 'libc' ? 2 : 3;
    const families = [...(FAMILIES[fact] ?? []), ...(fact === 'python' ? [undefined] : [])];
    const ranges = families.flatMap((family) =>
      [0, 1, 2, 3].flatMap((from) =>
        [0, 1, 2, 3]
          .filter((to) => to >= from)
          .map((to): Condition => ({
            ...{ fact, family, level: 0, from: `${major}.${from}`, to: `${major}.${to}` },
          })),
      ),
    );
    return [...whole, ...ranges];
  });
}

const condition = fc.constantFrom(...everyCondition());
const term = fc
  .uniqueArray(condition, { minLength: 1, maxLength: 2, selector: ({ fact }) => fact })
  .map((conditions) =>
    [...conditions].sort((a, b) => FACTS.indexOf(a.fact) - FACTS.indexOf(b.fact)),
  );
const sizeOf = (rule: Rule) => [rule.length, rule.flat().length] as const;

function pointsOf(rows: readonly RowFacts[], rule: Rule): Point[] {
  return rows.map((facts, index) => ({ id: `row-${index}`, facts, fails: matches(rule, facts) }));
}

/** The fewest terms, and then the fewest facts, of a rule for these points; of at most six facts. */
function sizeByTrying(
  points: readonly Point[],
  conditions: readonly Condition[],
): readonly [terms: number, facts: number] | undefined {
  const rowsOf = (has: (point: Point) => boolean) =>
    points.reduce((rows, one, place) => (has(one) ? rows | (1 << place) : rows), 0);
  const [needed, forbidden] = [rowsOf(({ fails }) => fails), rowsOf(({ fails }) => !fails)];
  /** By the failing rows that a term covers, the fewest facts of such a term. */
  const sizes = new Map<number, number>();
  const extend = (rows: number, size: number, last: number) => {
    if (size > 0 && (rows & forbidden) === 0 && rows !== 0) {
      sizes.set(rows, Math.min(size, sizes.get(rows) ?? Infinity));
    }
    if (size === 3) return;
    for (const [place, own] of masks.entries()) {
      const fact = FACTS.indexOf(conditions[place]?.fact ?? 'libc');
      if (fact > last) extend(rows & own, size + 1, fact);
    }
  };
  const masks = conditions.map((one) => rowsOf(({ facts }) => matches([[one]], facts)));
  extend(needed | forbidden, 0, -1);
  let covered = new Map([[0, 0]]);
  for (const terms of [1, 2, 3]) {
    const more = new Map<number, number>();
    for (const [rows, facts] of covered) {
      for (const [own, size] of sizes) {
        more.set(rows | own, Math.min(facts + size, more.get(rows | own) ?? Infinity));
      }
    }
    const facts = more.get(needed) ?? Infinity;
    if (facts <= 6) return [terms, facts];
    covered = more;
  }
  return undefined;
}

describe('the search', () => {
  it('finds a rule that is equivalent on the rows to a hidden one of two terms, and never more complex', () => {
    fc.assert(
      fc.property(
        fc.array(row.map(factsOf), { minLength: 2, maxLength: 60 }),
        fc.array(term, { minLength: 1, maxLength: 2 }),
        (rows, hidden) => {
          const points = pointsOf(rows, hidden);
          if (!points.some(({ fails }) => fails) || points.every(({ fails }) => fails)) return;
          const rules = simplestRules(points);
          assert.ok(rules.length > 0);
          for (const rule of rules) {
            for (const { facts, fails } of points) assert.equal(matches(rule, facts), fails);
            const [terms, facts] = sizeOf(rule);
            const [most, mostFacts] = sizeOf(hidden);
            assert.ok(terms < most || (terms === most && facts <= mostFacts));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('finds what trying everything finds, up to three terms of up to three facts', () => {
    const conditions = everyCondition();
    const seen = new Map<number, number>();
    fc.assert(
      fc.property(
        fc.uniqueArray(row.map(factsOf), {
          minLength: 2,
          maxLength: 9,
          selector: (facts) => JSON.stringify(facts),
        }),
        fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
        (rows, verdicts) => {
          const points = rows.map((facts, index) => ({
            id: `row-${index}`,
            facts,
            fails: verdicts[index] === true,
          }));
          if (!points.some(({ fails }) => fails) || points.every(({ fails }) => fails)) return;
          const expected = sizeByTrying(points, conditions);
          const [rule] = simplestRules(points);
          assert.deepEqual(rule && sizeOf(rule), expected);
          seen.set(expected?.[0] ?? 0, (seen.get(expected?.[0] ?? 0) ?? 0) + 1);
        },
      ),
      { numRuns: 1000 },
    );
    for (const terms of [1, 2, 3]) assert.ok((seen.get(terms) ?? 0) > 10, `${terms} terms`);
  });

  it('names two facts that always go together, whichever of them is meant', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(1)), { minLength: 2, maxLength: 30 }),
        fc.nat(4),
        (rows, edge) => {
          const points = rows.map(([version, gil], index): Point => ({
            id: `row-${index}`,
            facts: {
              libc: { family: 'glibc', levels: [`2.${version}`] },
              python: { family: 'CPython', levels: [`3.${version}`] },
              gil: { family: gil === 0 ? 'free-threaded' : 'with the GIL', levels: [] },
            },
            fails: version <= edge,
          }));
          if (!points.some(({ fails }) => fails) || points.every(({ fails }) => fails)) return;
          const facts = simplestRules(points).map((rule) => rule.flat().map(({ fact }) => fact));
          for (const fact of ['libc', 'python']) {
            assert.ok(facts.some((own) => own.length === 1 && own[0] === fact));
          }
        },
      ),
    );
  });
});
