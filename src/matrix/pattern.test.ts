import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePattern } from './pattern.ts';

function matches(pattern: string, id: string): boolean {
  const parsed = parsePattern(pattern);
  assert.ok(parsed.ok, `${pattern} is no pattern`);
  return parsed.value.matches(id);
}

function complaint(pattern: string): string {
  const parsed = parsePattern(pattern);
  return parsed.ok ? 'fine' : parsed.error;
}

describe('parsePattern', () => {
  it('takes a pattern with a slash for a whole id', () => {
    assert.ok(matches('debian-13/pypy3', 'debian-13/pypy3'));
    assert.ok(matches('debian-1[12]/*', 'debian-12/cpython-3.11'));
    assert.ok(matches('*/os.system', 'add/os.system'));
    assert.ok(!matches('debian-1[12]/*', 'debian-13/pypy3'));
    assert.ok(!matches('debian-13/pypy3', 'debian-13/pypy3/more'));
  });

  it('takes a pattern without a slash for one name of an id', () => {
    assert.ok(matches('debian-12', 'debian-12/pypy3'));
    assert.ok(matches('pypy3', 'debian-12/pypy3'));
    assert.ok(matches('*-musl', 'debian-13/cpython-3.13-musl'));
    assert.ok(matches('os.system', 'delete/os.system'));
    assert.ok(!matches('debian-1', 'debian-12/pypy3'));
    assert.ok(!matches('debian*pypy3', 'debian-12/pypy3'));
  });

  it('takes a dot for a dot', () => {
    assert.ok(!matches('os.system', 'add/os-system'));
  });

  it('knows ?, sets, ranges, negated sets and alternatives', () => {
    assert.ok(matches('cpython-3.1?', 'a/cpython-3.13'));
    assert.ok(matches('cpython-3.1[1-3]', 'a/cpython-3.13'));
    assert.ok(!matches('cpython-3.1[!1-3]', 'a/cpython-3.13'));
    assert.ok(matches('cpython-3.13{,-musl}', 'a/cpython-3.13'));
    assert.ok(matches('cpython-3.13{,-musl}', 'a/cpython-3.13-musl'));
    assert.ok(matches('{a,b}-{1,2}', 'b-2'));
    assert.ok(!matches('{a,b}-{1,2}', 'b-3'));
  });

  it('says the problem with what is no pattern', () => {
    assert.equal(complaint(''), 'is empty');
    assert.match(complaint('a[1'), /`\[` without its `\]`/);
    assert.match(complaint('a]'), /`\]` without a `\[`/);
    assert.match(complaint('a[]'), /nothing in it/);
    assert.match(complaint('a[!]'), /nothing in it/);
    assert.match(complaint('a[3-1]'), /backwards/);
    assert.match(complaint('a{b'), /`\{` without its `\}`/);
    assert.match(complaint('a}'), /without a `\{`/);
    assert.match(complaint('a,b'), /without a `\{`/);
    assert.match(complaint('{a,{b,c}}'), /within another one/);
    assert.match(complaint('!a'), /--skip/);
    assert.match(complaint('a//b'), /nothing before or after/);
    assert.match(complaint('/a'), /nothing before or after/);
    assert.match(complaint('a b'), /no id has/);
    assert.match(complaint('\u001b[31m'), /no id has/);
    assert.match(complaint('a'.repeat(129)), /longer than 128/);
    assert.match(complaint('a/{}'), /nothing in it/);
    assert.match(complaint('{a,b}'.repeat(7)), /more than 64/);
    assert.match(complaint('*a'.repeat(5)), /more than 4 `\*` in one name/);
  });

  it('takes two stars for one, and one choice in braces for itself', () => {
    assert.ok(matches('debian**/*', 'debian-13/pypy3'));
    assert.ok(!matches('debian**pypy3', 'debian-13/pypy3'));
    assert.ok(matches('cpython-{3.11}', 'a/cpython-3.11'));
    assert.ok(!matches('a{1..3}', 'a2'));
  });

  it('takes a plus for a plus', () => {
    assert.ok(matches('a[12]+', 'a1+'));
    assert.ok(!matches('a[12]+', 'a11'));
  });

  it('does not backtrack for ever', () => {
    // The worst that is let through, with the longest name that an id has.
    assert.ok(!matches(`${'*a'.repeat(4)}b`, 'a'.repeat(64)));
    assert.ok(!matches(`${'{a,a}'.repeat(6)}${'*a'.repeat(4)}b`, 'a'.repeat(64)));
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({
            unit: fc.constantFrom('a', '-', '*', '?', '[', ']', '{', '}', ',', '!', '/'),
          }),
        ),
        fc.string(),
        (text, id) => {
          const parsed = parsePattern(text);
          if (parsed.ok) parsed.value.matches(id);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('means what the regular expression of its pieces means', () => {
    const letter = fc.constantFrom('a', 'b', '1', '-', '.');
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 4 });
    const quoted = (text: string) => text.replaceAll(/[.-]/g, '\\$&');
    /** A piece of a pattern, and the regular expression that it stands for. */
    const piece = fc.oneof(
      word.map((text) => [text, quoted(text)] as const),
      fc.constantFrom(
        ...([
          ['*', '.*'],
          ['?', '.'],
          ['[ab]', '[ab]'],
          ['[!a]', '[^a]'],
          ['[a-b]', '[ab]'],
          ['[1-3]', '[123]'],
        ] as const),
      ),
      fc
        .tuple(word, word)
        .map(([one, other]) => [`{${one},${other}}`, `(${quoted(one)}|${quoted(other)})`] as const),
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => ({
      text: pieces.map(([text]) => text).join(''),
      expression: new RegExp(`^${pieces.map(([, expression]) => expression).join('')}$`),
    }));
    // No name of an id consists of dots alone, which mean other folders to a glob library.
    const part = fc
      .string({ unit: letter, minLength: 1, maxLength: 6 })
      .filter((text) => !/^\.+$/.test(text));
    fc.assert(
      fc.property(name, name, part, part, (before, after, one, other) => {
        const pattern = `${before.text}/${after.text}`;
        const expected = before.expression.test(one) && after.expression.test(other);
        assert.equal(matches(pattern, `${one}/${other}`), expected, pattern);
      }),
      { numRuns: 3000 },
    );
  });
});
