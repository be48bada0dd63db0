import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { markdownTable } from './markdown-table.ts';

describe('a table in Markdown', () => {
  it('has its columns below each other', () => {
    assert.equal(
      markdownTable([
        ['name', 'n'],
        ['✓ long', ''],
        ['', '漢字'],
      ]),
      ['| name   | n    |', '| ------ | ---- |', '| ✓ long |      |', '|        | 漢字 |'].join(
        '\n',
      ),
    );
  });

  it('is as wide in every line, whatever stands in it', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('✗ 312/1204 (26 %) ≠ pass', '∅ missing', '👩‍👩‍👧', 'é', '✓ 0/4603 (≤ 0.10 %)'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (table) => {
        const lines = markdownTable(table).split('\n');
        assert.equal(lines.length, table.length + 1);
        assert.equal(new Set(lines.map((line) => stringWidth(line))).size, 1);
      }),
    );
  });
});
