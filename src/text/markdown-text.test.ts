import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { codeBlock, codeSpan, markdownLine, tableCell } from './markdown-text.ts';

describe('text of others in Markdown', () => {
  it('stays as it is where it is plain words', () => {
    const sentence = 'the trial ended without its summary line (exit status 3, 2.5 s)';
    assert.equal(markdownLine(sentence), sentence);
    assert.equal(markdownLine('on x86_64 as well'), 'on x86_64 as well');
  });

  it('goes into a code span where a renderer could see something in it', () => {
    for (const text of [
      '<img src=x onerror=alert(1)>',
      '[click](javascript:alert(1))',
      'ping @everybody',
      'see #1',
      'see https://example.org/',
      'go to www.example.org',
      '*bold* _it_',
      '1. item',
      'a _b_ c',
      'a_ _b',
      '- item',
      'a | b',
      '$x$',
    ]) {
      assert.equal(markdownLine(text), `\`${text}\``);
    }
  });

  it('cannot get out of its code span', () => {
    assert.equal(codeSpan('a `` b'), '```a `` b```');
    assert.equal(codeSpan('`x`'), '`` `x` ``');
    assert.equal(codeSpan('one\n\n# two'), '`one ⏎  ⏎ # two`');
  });

  it('cannot get out of its cell', () => {
    assert.equal(tableCell(codeSpan('a|b')), '`a\\|b`');
  });

  it('cannot get out of its block', () => {
    assert.equal(codeBlock(['```', 'x']), '````\n```\nx\n````');
  });

  it('gives a CommonMark reader the same text back', () => {
    const text = fc.string({ unit: fc.constantFrom('`', 'a', ' ', '|', '<', '\\', '*') });
    fc.assert(
      fc.property(text, (content) => {
        const trimmed = content.trim();
        const span = codeSpan(content);
        if (trimmed === '') {
          assert.equal(span, '');
          return;
        }
        const fence = /^`+/.exec(span)?.[0] ?? '';
        const inner = span.slice(fence.length, -fence.length);
        const runs = (inner.match(/`+/g) ?? []).map((run) => run.length);
        assert.ok(!runs.includes(fence.length), span);
        const stripped = /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner;
        assert.equal(stripped, trimmed);
      }),
    );
  });
});
