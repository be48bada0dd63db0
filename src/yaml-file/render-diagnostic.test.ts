import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { positionOf } from './diagnostic.ts';
import { renderDiagnostic } from './render-diagnostic.ts';

const SOURCE = 'version: 1\nbases:\n  debian-12: [\n';

function rendered(source: string, start: number, end: number) {
  const text = renderDiagnostic({ file: 'm.yaml', range: { start, end }, message: 'no' }, source);
  return text.split('\n');
}

describe('positionOf', () => {
  it('counts lines and columns from 1', () => {
    assert.deepEqual(positionOf(SOURCE, 0), { line: 1, column: 1 });
    assert.deepEqual(positionOf(SOURCE, SOURCE.indexOf('debian')), { line: 3, column: 3 });
  });

  it('takes LF, CRLF and a lone CR for the end of one line', () => {
    assert.deepEqual(positionOf('a\r\nb\rc\nd', 7), { line: 4, column: 1 });
  });

  it('counts a character outside of the basic plane as one column', () => {
    assert.deepEqual(positionOf('🐍x', 2), { line: 1, column: 2 });
  });

  it('takes an offset beyond the end for the end', () => {
    assert.deepEqual(positionOf('ab', 99), { line: 1, column: 3 });
  });
});

describe('renderDiagnostic', () => {
  it('shows place, message, the line, a squiggle under the problem, and the hint', () => {
    const start = SOURCE.indexOf('debian-12');
    assert.equal(
      renderDiagnostic(
        {
          file: 'matrix.yaml',
          range: { start, end: start + 'debian-12'.length },
          message: 'this is wrong',
          hint: 'try that',
        },
        SOURCE,
      ),
      [
        'matrix.yaml:3:3: This is wrong.',
        '    3 |   debian-12: [',
        '      |   ~~~~~~~~~',
        '    try that',
      ].join('\n'),
    );
  });

  it('shows no line where the file as a whole is meant', () => {
    const diagnostic = { file: 'm.yaml', range: null, message: 'the file does not exist' };
    assert.equal(renderDiagnostic(diagnostic, ''), 'm.yaml: The file does not exist.');
  });

  it('shows one squiggle where nothing is written', () => {
    assert.deepEqual(rendered('ab', 2, 2), ['m.yaml:1:3: no.', '    1 | ab', '      |   ~']);
  });

  it('shows an empty line as it is', () => {
    for (const source of ['\nfoo', '\r\nfoo', '\rfoo']) {
      assert.deepEqual(rendered(source, 0, 0), ['m.yaml:1:1: no.', '    1 |', '      | ~']);
    }
    assert.deepEqual(rendered('a\n\nb', 2, 2), ['m.yaml:2:1: no.', '    2 |', '      | ~']);
  });

  it('shows the first line only of what goes over several', () => {
    assert.deepEqual(rendered('ab\ncd', 1, 5).slice(1), ['    1 | ab', '      |  ~']);
  });

  it('puts the squiggle right after tabs and wide characters', () => {
    assert.deepEqual(rendered('\t漢x', 2, 3).slice(1), ['    1 |     漢x', '      |       ~']);
  });

  it('keeps the squiggle in sight on a long line', () => {
    const [, line = '', squiggle = ''] = rendered(
      `${'a'.repeat(5000)}X${'b'.repeat(5000)}`,
      5000,
      5001,
    );
    assert.equal(line.charAt(squiggle.indexOf('~')), 'X');
    assert.ok(line.length < 200);
  });

  it('lets no control character of file, path or message through', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.nat(50),
        fc.nat(50),
        fc.string({ unit: 'binary' }),
        (source, start, length, text) => {
          const range = { start, end: start + length };
          const shown = renderDiagnostic({ file: text, range, message: text, hint: text }, source);
          assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
        },
      ),
    );
  });

  it('puts the squiggle under the first character of the range, whatever the line holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (before, after) => {
          const [, line = '', squiggle = ''] = rendered(
            `${before}X${after}`,
            before.length,
            before.length + 1,
          );
          const column = squiggle.indexOf('~');
          const upTo = line.slice(0, line.lastIndexOf('X', line.length - 1) + 1);
          // Only the case that can be distinguished: X is written once.
          fc.pre(!`${before}${after}`.includes('X') && !/[\r\n]/u.test(before + after));
          assert.equal(stringWidth(upTo) - 1, column);
        },
      ),
    );
  });
});
