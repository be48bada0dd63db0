import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { combinationsOf, type CombinationsEntry } from './combinations.ts';
import { parsePattern, type Pattern } from './pattern.ts';

const ORDER = ['base', 'python'] as const;
type Axis = (typeof ORDER)[number];

function pattern(text: string): Pattern {
  const parsed = parsePattern(text);
  assert.ok(parsed.ok);
  return parsed.value;
}

function expand(entry: CombinationsEntry<Axis>, most = 1000) {
  const { present, excluded, complaints } = combinationsOf(entry, ['here'], ORDER, most);
  return {
    present: present.map(({ id }) => id),
    excluded: excluded.map(({ id, reason }) => `${id}: ${reason}`),
    complaints: complaints.map(({ path, message }) => `${path.join('.')} ${message}`),
  };
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
const lists = fc.record({ base: names, python: names });

describe('combinationsOf', () => {
  it('gives every combination of the axes, the first one changing slowest', () => {
    assert.deepEqual(expand({ axes: { base: ['x', 'y'], python: ['p', 'q'] } }).present, [
      'x/p',
      'x/q',
      'y/p',
      'y/q',
    ]);
  });

  it('leaves out what an exclude fits, and keeps its reason', () => {
    const result = expand({
      axes: { base: ['x', 'y'], python: ['p', 'q'] },
      exclude: [
        { base: [pattern('y')], python: [pattern('q')], reason: 'no such package' },
        { python: [pattern('[q]')], reason: 'second' },
      ],
    });
    assert.deepEqual(result.present, ['x/p', 'y/p']);
    assert.deepEqual(result.excluded, ['x/q: second', 'y/q: no such package']);
    assert.deepEqual(result.complaints, []);
  });

  it('lets an include bring back what was excluded, which is excluded no more', () => {
    const result = expand({
      axes: { base: ['x', 'y'], python: ['p'] },
      exclude: [{ base: [pattern('y')], reason: 'r' }],
      include: [{ base: ['y'], python: ['p', 'q'] }],
    });
    assert.deepEqual(result.present, ['x/p', 'y/p', 'y/q']);
    assert.deepEqual(result.excluded, []);
  });

  it('complains of an exclude that excludes nothing', () => {
    const result = expand({
      axes: { base: ['x'], python: ['p'] },
      exclude: [{ base: [pattern('z')], reason: 'r' }],
    });
    assert.deepEqual(result.complaints, ['here.exclude.0 this excludes nothing']);
  });

  it('complains of what is there twice, where it is written the second time', () => {
    const result = expand({
      axes: { base: ['x', 'x'], python: ['p'] },
      include: [{ base: ['x'], python: ['p'] }],
    });
    assert.deepEqual(result.present, ['x/p']);
    assert.deepEqual(result.complaints, [
      'here.axes.base.1 `x` is in this list twice',
      'here.include.0 `x/p` exists already',
    ]);
  });

  it('complains where nothing is left', () => {
    const none = ['here the excludes leave no combination'];
    assert.deepEqual(expand({}).complaints, none);
    const axes = { base: ['x'], python: ['p'] };
    assert.deepEqual(
      expand({ axes, exclude: [{ base: [pattern('*')], reason: 'r' }] }).complaints,
      none,
    );
  });

  it('makes none of too many combinations', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
    const result = expand({ axes: { base: many, python: many } });
    assert.deepEqual(result.present, []);
    assert.match(result.complaints.join(), /^here these are 100000000 combinations/);
  });

  it('keeps every combination of axes and includes exactly once, present or excluded', () => {
    fc.assert(
      fc.property(lists, fc.array(lists, { maxLength: 3 }), names, (axes, include, without) => {
        const exclude = [{ base: without.map(pattern), reason: 'r' }];
        const result = combinationsOf({ axes, include, exclude }, [], ORDER, 1000);
        const ids = (block: typeof axes) =>
          block.base.flatMap((base) => block.python.map((python) => `${base}/${python}`));
        const included = new Set(include.flatMap(ids));
        const present = result.present.map(({ id }) => id);
        const excluded = result.excluded.map(({ id }) => id);

        assert.equal(new Set([...present, ...excluded]).size, present.length + excluded.length);
        for (const id of new Set([...ids(axes), ...included])) {
          const stays = included.has(id) || !without.some((base) => id.startsWith(`${base}/`));
          assert.equal(present.includes(id), stays);
          assert.equal(excluded.includes(id), !stays);
        }
        assert.equal(new Set([...ids(axes), ...included]).size, present.length + excluded.length);
      }),
    );
  });

  it('complains of doubles exactly where there are any', () => {
    fc.assert(
      fc.property(lists, fc.array(lists, { maxLength: 3 }), (axes, include) => {
        const { complaints, present } = combinationsOf({ axes, include }, [], ORDER, 1000);
        const total = [axes, ...include].reduce(
          (sum, { base, python }) => sum + base.length * python.length,
          0,
        );
        assert.equal(complaints.length, total - present.length);
      }),
    );
  });
});
