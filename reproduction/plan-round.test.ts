import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MUTATIONS } from '../src/model.ts';
import { insideReproduce, unlessThere } from '../test/support/run-reproduction.ts';

const python = unlessThere('python3');

interface Plan {
  present: [string, string][];
  changes: [string, string | null][];
}

describe('the changes of a round', { skip: python }, () => {
  /** Plans for many patterns, in one run of Python. */
  function plans(
    cases: readonly { mutation: string; pattern: object; salt: number; entries: number }[],
  ): Promise<Plan[]> {
    return insideReproduce<Plan[]>(
      `
print(json.dumps([
    dict(zip(("present", "changes"),
             plan_round(case["mutation"], Pattern("p", **case["pattern"]), case["salt"], case["entries"])))
    for case in json.load(sys.stdin)]))`,
      cases,
    );
  }

  /** -1 is LIKE_ARRAY. */
  const length = fc.oneof(fc.integer({ min: 20, max: 300 }), fc.constant(-1));
  const anyCase = fc.record({
    mutation: fc.constantFrom(...MUTATIONS),
    pattern: fc.record({
      variables: fc.integer({ min: 1, max: 60 }),
      length,
      changes: fc.integer({ min: 1, max: 80 }),
      block: fc.integer({ min: 1, max: 70 }),
      first: fc.boolean(),
    }),
    salt: fc.nat(1000),
    entries: fc.nat(100),
  });

  it('are of one kind only, and never touch what is not theirs', async () => {
    const cases = fc
      .sample(anyCase, 300)
      // A length that depends on the array makes sense for `add` alone.
      .map((one) =>
        one.mutation === 'add' || one.pattern.length > 0
          ? one
          : { ...one, pattern: { ...one.pattern, length: 20 } },
      );
    const planned = await plans(cases);
    for (const [index, one] of cases.entries()) {
      const { mutation, pattern } = one;
      const plan = planned[index] ?? { present: [], changes: [] };
      const about = JSON.stringify(one);
      const names = new Set(plan.present.map(([name]) => name));
      assert.equal(names.size, pattern.variables, about);
      for (const [name] of [...plan.present, ...plan.changes]) assert.match(name, /^RACE_/);
      assert.ok(plan.changes.length > 0, about);
      const now = new Map<string, string | null>(plan.present);
      for (const [name, value] of plan.changes) {
        switch (mutation) {
          case 'add':
            assert.ok(value !== null && !now.has(name), about);
            break;
          case 'delete':
            assert.ok(value === null && now.has(name), about);
            break;
          case 'churn':
            assert.equal(value === null, now.has(name), about);
            break;
          default:
            assert.ok(value !== null && now.has(name) && now.get(name) !== value, about);
        }
        if (value === null) now.delete(name);
        else now.set(name, value);
      }
      // A plan is repeated, so it must end with the names that it started with.
      if (mutation !== 'add' && mutation !== 'delete') assert.deepEqual(new Set(now.keys()), names);
    }
  });

  it('fit into what an ordinary process may hand to a child', async () => {
    const sizes = await insideReproduce<Record<string, number>>(`
sizes = {}
for mutation in MUTATIONS:
    for pattern in PATTERNS[mutation]:
        present, changes = plan_round(mutation, pattern, 99999, 50)
        items = present + (changes if mutation == "add" else [])
        sizes[mutation + "/" + pattern.name] = environment_bytes(items)
        assert all(len(name) + len(value or "") + 2 <= 131072 for name, value in present + changes)
print(json.dumps(sizes))`);
    for (const [name, size] of Object.entries(sizes)) assert.ok(size < 2 ** 21 * 0.8, name);
  });
});
