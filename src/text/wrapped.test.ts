import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { wrapped } from './wrapped.ts';

describe('wrapping', () => {
  it('breaks at spaces and indents what follows', () => {
    assert.deepEqual(wrapped('one two three four', 11, '• ', '  '), [
      '• one two',
      '  three',
      '  four',
    ]);
  });

  it('keeps a word that is too wide whole, so that it can be copied', () => {
    assert.deepEqual(wrapped('a debian-13/cpython-3.13 b', 10), [
      'a',
      'debian-13/cpython-3.13',
      'b',
    ]);
  });

  it('loses no word and makes no line too wide', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'é', '日', '✓'),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 14, max: 40 }), (words, width) => {
        const lines = wrapped(words.join(' '), width, '- ', '  ');
        assert.deepEqual(
          lines.flatMap((line) => line.slice(2).split(' ')).filter((one) => one !== ''),
          words,
        );
        for (const line of lines) assert.ok(stringWidth(line) <= width, line);
      }),
    );
  });
});
