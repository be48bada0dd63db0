import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
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

  it('says what is wrong with what is no pattern', () => {
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
    assert.match(complaint('{a,b}'.repeat(7)), /more than 64/);
  });

  it('does not backtrack for ever', () => {
    // As a regular expression this takes longer than the universe has existed.
    assert.ok(!matches(`${'*a'.repeat(60)}b`, 'a'.repeat(64)));
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

  it('matches what a glob library matches', () => {
    const letter = fc.constantFrom('a', 'b', '1', '-', '.');
    // Dots alone mean other folders to the library, and no id has two of them in a row.
    const named = (text: string) => /^[a-b1]/.test(text) && !text.includes('..');
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 4 }).filter(named);
    const piece = fc.oneof(
      word,
      fc.constantFrom('*', '?', '[ab]', '[!a]', '[a-b]', '[1-3]'),
      fc.tuple(word, word).map(([one, other]) => `{${one},${other}}`),
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const id = fc.string({ unit: letter, minLength: 1, maxLength: 6 }).filter(named);
    fc.assert(
      fc.property(name, name, id, id, (before, after, one, other) => {
        // Two stars in a row are another thing to the library: any number of names.
        const pattern = `${before}/${after}`.replace(/\*+/g, '*');
        const expected = picomatch(pattern, {
          dot: true,
          noextglob: true,
          nonegate: true,
          posix: true,
        });
        assert.equal(matches(pattern, `${one}/${other}`), expected(`${one}/${other}`), pattern);
      }),
      { numRuns: 3000 },
    );
  });
});
