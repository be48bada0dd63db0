import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { positionOf } from './diagnostic.ts';
import { readYaml } from './yaml-text.ts';

function problems(text: string): readonly string[] {
  const result = readYaml(text);
  return result.ok ? [] : result.error.map(({ message }) => message);
}

/** The piece of the text that a part of the file is written in. */
function written(text: string, path: readonly (string | number)[], part: 'key' | 'value'): string {
  const result = readYaml(text);
  assert.ok(result.ok);
  const { start, end } = result.value.rangeOf(path, part);
  return text.slice(start, end);
}

describe('readYaml', () => {
  it('reads values', () => {
    const result = readYaml('a: 1\nb: [x, "3.10"]\nc: { d: true }\ne:\n');
    assert.ok(result.ok);
    assert.deepEqual(result.value.value, { a: 1, b: ['x', '3.10'], c: { d: true }, e: null });
  });

  it('reads what it is given, whatever a YAML writer makes of it', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, false),
        fc.integer(),
        fc.string(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '<<' && key !== '__proto__'),
          tie('any'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const result = readYaml(stringify(given));
        assert.ok(result.ok, JSON.stringify(result));
        assert.deepEqual(result.value.value, given);
      }),
    );
  });

  it('reports every mistake of the text, not only the first', () => {
    const all = problems('a: *x\nb: *y\na: 2\n');
    assert.equal(all.length, 3, all.join('\n'));
  });

  it('reports only where the text stops being YAML, and nothing that follows from that', () => {
    const broken: readonly (readonly [text: string, line: number])[] = [
      ['a: [1, 2\nb: 1\nc: 2\nc: 3\n', 2],
      ['a: { b: 1 }}\nc: 1\nd: [1]\n', 1],
      ['a: 1\n\tb: 1\nc: 1\nd: 1\n', 2],
      ['a: 1\nb\nc: 1\nd: 1\n', 2],
    ];
    for (const [text, line] of broken) {
      const result = readYaml(text);
      assert.ok(!result.ok);
      const places = result.error.map(({ range }) => positionOf(text, range.start).line);
      assert.deepEqual(places, [line], `${text}${JSON.stringify(result.error)}`);
    }
  });

  it('refuses a key that is there twice', () => {
    const result = readYaml('a: 1\nb: 2\na: 3\n');
    assert.ok(!result.ok);
    assert.deepEqual(result.error, [
      {
        message: 'the key `a` exists twice',
        hint: 'The first one is on line 1.',
        range: { start: 10, end: 11 },
      },
    ]);
  });

  it('takes a key in quotes for the same key', () => {
    assert.deepEqual(problems('a: 1\n"a": 2\n'), ['the key `a` exists twice']);
  });

  it('refuses what the library only warns of', () => {
    assert.match(problems('a: !!python/object x\n').join(), /Unresolved tag/);
    assert.match(problems('%FOO\n---\na: 1\n').join(), /Unknown directive/);
  });

  it('refuses other versions of YAML, in which other things are true', () => {
    assert.match(problems('%YAML 1.1\n---\na: yes\n').join(), /read as YAML 1.2, not `1.1`/);
  });

  it('refuses several documents, aliases of nothing and of themselves, merges and __proto__', () => {
    assert.match(problems('a: 1\n---\nb: 2\n').join(), /a second document begins here/);
    assert.match(problems('a: *x\n').join(), /no `&x` before/);
    assert.match(problems('a: *x\nb: &x 1\n').join(), /no `&x` before/);
    assert.match(problems('a: &x [*x]\n').join(), /`\*x` contains itself/);
    assert.match(problems('a: &x {}\nb: { <<: *x }\n').join(), /does not merge/);
    assert.match(problems('__proto__: { a: 1 }\n').join(), /unknown key `__proto__`/);
  });

  it('refuses keys that are no text', () => {
    assert.ok(problems('? [a]\n: 1\n').length > 0);
  });

  it('reads lists that are used again', () => {
    const result = readYaml('a: &a [1, 2]\nb: *a\n');
    assert.ok(result.ok);
    assert.deepEqual(result.value.value, { a: [1, 2], b: [1, 2] });
  });
});

describe('rangeOf', () => {
  const text =
    'bases:\n  debian-12: { sources: [one, "two"] }\nempty:\nalias: &x [p, q]\nagain: *x\n';

  it('finds keys and values', () => {
    assert.equal(written(text, ['bases', 'debian-12'], 'key'), 'debian-12');
    assert.equal(written(text, ['bases', 'debian-12', 'sources', 1], 'value'), '"two"');
  });

  it('finds the key of what has no value', () => {
    assert.equal(written(text, ['empty'], 'value'), 'empty');
  });

  it('finds a list’s entry where the list is written, although an alias stands for it', () => {
    assert.equal(written(text, ['again', 1], 'value'), 'q');
    assert.equal(written(text, ['again'], 'value'), '*x');
  });

  it('finds the nearest thing around what is not there', () => {
    assert.equal(written(text, ['bases', 'debian-12', 'nothing', 3], 'key'), 'debian-12');
    assert.equal(written('a: x\n', ['a', 0], 'value'), 'x');
  });
});
