/** Malicious files. They must cause no exception, and loading them must end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { renderDiagnostic } from '../yaml-file/render-diagnostic.ts';
import { loadMatrix } from './load.ts';
import { mistakes, SMALL_MATRIX } from '../../test/support/small-matrix.ts';

/** Loads a text, and shows its errors. */
function load(text: string): boolean {
  const result = loadMatrix(text, 'matrix.yaml');
  if (!result.ok) {
    assert.ok(result.error.length > 0, 'refused without a reason');
    for (const diagnostic of result.error) renderDiagnostic(diagnostic, text);
  }
  return result.ok;
}

describe('a hostile matrix.yaml', () => {
  it('with aliases of aliases of aliases is refused', () => {
    const bomb = Array.from({ length: 12 }, (_, index) =>
      index === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${index}: &a${index} [${Array<string>(9)
            .fill(`*a${index - 1}`)
            .join(', ')}]`,
    );
    assert.match(mistakes(`${bomb.join('\n')}\n`).join(), /much larger than it looks/);
  });

  it('with the same list very often is refused', () => {
    const text = `a: &a [x]\nb: [${'*a, '.repeat(50_000)}]\n`;
    assert.match(mistakes(text).join(), /much larger than it looks/);
  });

  for (const opening of ['[', '{', '- ', '? ', 'a: {', '[{a: ', '[\n', '{? ']) {
    it(`with ${JSON.stringify(opening)} without end is refused`, () => {
      assert.ok(!load(opening.repeat(Math.floor(1_000_000 / opening.length))));
    });
  }

  it('with deeper and deeper lines is refused', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`);
    assert.match(mistakes(lines.join('\n')).join(), /more than 50 levels deep/);
  });

  for (const piece of [
    ',',
    '&a ',
    '*a ',
    '!a ',
    '"',
    "'",
    '%\n',
    '---\n',
    '...\n',
    '\n',
    '@\n',
    '|\n',
    '\t',
    '\r',
    ':',
    '#\n',
  ]) {
    it(`of nothing but ${JSON.stringify(piece)} is refused`, () => {
      assert.ok(!load(piece.repeat(Math.floor(400_000 / piece.length))));
      assert.ok(!load(`a: [${piece.repeat(Math.floor(400_000 / piece.length))}`));
    });
  }

  it('with very many different keys is refused', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    assert.match(mistakes(keys).join(), /more mistakes that are not shown/);
  });

  it('with very many entries that refer to nothing is refused', () => {
    const names = Array.from({ length: 9000 }, (_, index) => `n${index}`);
    const pythons = names.map((name) => `  ${name}: { recipe: r, command: c }`).join('\n');
    const text = SMALL_MATRIX.replace('pythons:\n', `pythons:\n${pythons}\n`).replace(
      'base: [debian-12, debian-13]',
      `base: [${names.map((name) => `x${name}`).join(', ')}]`,
    );
    assert.ok(!load(text));
  });

  it('with patterns that would make a regular expression backtrack is read', () => {
    const pattern = '*a*a*a*';
    assert.ok(!load(`${SMALL_MATRIX}expect: [{ environments: '${pattern}', verdict: pass }]\n`));
  });

  it('of anything at all is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => void load(text)),
      { numRuns: 1000 },
    );
  });

  it('of anything made of YAML’s own signs is read or refused', () => {
    const sign = fc.constantFrom(
      ...[
        'a',
        'b',
        ':',
        ' ',
        '  ',
        '\n',
        '- ',
        '? ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '&a ',
        '*a',
        '!!str ',
        '|',
        '>',
        '"',
        "'",
        '#',
        '%',
        '@',
        '---\n',
        '<<: ',
        '\t',
        '~',
        '1',
        '\\',
        '\u0000',
        '\u2028',
      ],
    );
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 60 }), (text) => void load(text)),
      { numRuns: 1000 },
    );
  });

  it('of any values in any of its places is read or refused', () => {
    const keys = fc.constantFrom(
      ...[
        'version',
        'bases',
        'pythons',
        'groups',
        'default',
        'environments',
        'scenarios',
        'axes',
        'include',
        'exclude',
        'base',
        'python',
        'mutation',
        'launcher',
        'reason',
        'extends',
        'sources',
        'pull',
        'bootstrap',
        'recipe',
        'args',
        'command',
        'expect',
        'overrides',
        'verdict',
        'trial',
        'duration',
        'constructor',
        'toString',
        '__proto__',
      ],
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, true, 1, 'default', 'add', 'os.system', '1s', 'x', '*'),
        fc.double(),
        fc.string({ maxLength: 5 }),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(keys, tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(...SMALL_MATRIX.matchAll(/^ *[\w.-]+:/gm)),
        (given, key) => {
          const at = key.index + key[0].length;
          const flow = JSON.stringify(given) || 'null';
          load(`${SMALL_MATRIX.slice(0, at)} ${flow}\n${SMALL_MATRIX.slice(at)}`);
          load(
            stringify({ version: 1, bases: given, pythons: given, groups: given, expect: given }),
          );
          load(SMALL_MATRIX.replace(/: [^\n]*/, () => `: ${flow}`));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with a few characters of it changed is read or refused', () => {
    const sign = fc.constantFrom(
      ...['a', '1', ' ', '\n', ':', '{', '}', '[', ']', ',', '*', '-', '"', ''],
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(SMALL_MATRIX.length), sign), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const text = changes.reduce(
            (before, [at, put]) => before.slice(0, at) + put + before.slice(at + 1),
            SMALL_MATRIX,
          );
          load(text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
