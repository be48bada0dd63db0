import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOutputPattern } from './output-pattern.ts';

describe('parseOutputPattern', () => {
  it('finds its pattern anywhere in a line, unless it is anchored', () => {
    for (const [text, line, there] of [
      ['signal (6|11)', 'killed by signal 11', true],
      ['^signal', 'killed by signal 11', false],
      ['(?i)error', 'an ERROR', true],
      ['\\d+ of \\d+ ok$', '9 of 9 ok', true],
      ['é', 'café', true],
      ['signal 11', 'killed by signal 11', true],
      ['Signal 11', 'killed by signal 11', false],
    ] as const) {
      const parsed = parseOutputPattern(text);
      assert.ok(parsed.ok);
      assert.equal(parsed.value.isIn(line), there, text);
    }
  });

  it('ends with patterns over which a backtracking engine sits for years', () => {
    const line = `${'x'.repeat(60_000)}!y`;
    for (const text of ['(x+x+)+y$', '(x|xx)*!$', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      const parsed = parseOutputPattern(text);
      assert.ok(parsed.ok);
      assert.equal(parsed.value.isIn(line), false, text);
    }
  });

  it('refuses what cannot be looked for in linear time, what is too large, and what fits everything', () => {
    for (const [text, why] of [
      ['(a)\\1', /RE2/],
      ['a(?!b)', /RE2/],
      ['', /empty/],
      ['a?', /every output/],
      ['(a{1,900}){1,900}', /RE2|too long/],
      ['x'.repeat(1001), /longer than 1000/],
    ] as const) {
      const parsed = parseOutputPattern(text);
      assert.match(parsed.ok ? 'taken' : parsed.error, why, text);
    }
  });
});
