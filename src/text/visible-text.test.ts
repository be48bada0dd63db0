import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shortened, shortenedInside, visibleLine, visibleText } from './visible-text.ts';

describe('visible text', () => {
  it('shows terminal escapes instead of obeying them', () => {
    assert.equal(visibleText('\u001b[31mred\u001b[0m\u0007'), '␛[31mred␛[0m␇');
    assert.equal(visibleText('\u009b31m'), '⟨U+009B⟩31m');
  });

  it('shows marks that turn the direction of writing or hide characters', () => {
    assert.equal(visibleText('exe\u202etxt.sh'), 'exe⟨U+202E⟩txt.sh');
    assert.equal(visibleText('a\u200bb\ufeff'), 'a⟨U+200B⟩b⟨U+FEFF⟩');
  });

  it('keeps lines, and leaves ordinary text of any language alone', () => {
    assert.equal(visibleText('one\r\ntwo\nthree'), 'one\ntwo\nthree');
    assert.equal(visibleText('Ünïcode 日本語 😀 ≤ 0.10 %'), 'Ünïcode 日本語 😀 ≤ 0.10 %');
  });

  it('puts several lines on one', () => {
    assert.equal(visibleLine('  one\ntwo\r\nthree\n'), 'one ⏎ two ⏎ three');
  });

  it('leaves nothing that acts in any text, and nothing to do a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = visibleLine(text);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        assert.equal(visibleLine(line), line);
      }),
    );
  });
});

describe('shortening', () => {
  it('says that something is missing', () => {
    assert.equal(shortened('abcdef', 6), 'abcdef');
    assert.equal(shortened('abcdefg', 6), 'abcde…');
  });

  it('never cuts a character in half', () => {
    assert.equal(shortened('ab😀cd', 4), 'ab…');
    assert.equal(shortenedInside('a😀bcd😀e', 5), 'a…😀e'.replace('😀', ''));
    assert.equal(shortenedInside('a😀bcd😀e', 8), 'a😀…d😀e');
  });

  it('in the middle keeps the beginning and the end, and is never longer than it may be', () => {
    assert.equal(shortenedInside('abcdefg', 7), 'abcdefg');
    assert.equal(shortenedInside('abcdefgh', 7), 'abc…fgh');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const short = shortenedInside(text, limit);
        assert.ok(short.length <= limit);
        const isCutAt = (at: number) =>
          short[at] === '…' &&
          text.startsWith(short.slice(0, at)) &&
          text.endsWith(short.slice(at + 1));
        assert.ok(short === text || Array.from(short, (_, at) => at).some(isCutAt), short);
      }),
    );
  });
});
