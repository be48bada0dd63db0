import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ok, type Result } from '../result.ts';
import { ContractLines, LONGEST_LINE_BYTES, OutputLines, type OutputLine } from './output-lines.ts';

function split(...chunks: readonly (string | Buffer)[]): readonly OutputLine[] {
  const lines: OutputLine[] = [];
  const splitter = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

function texts(...chunks: readonly (string | Buffer)[]): readonly string[] {
  return split(...chunks).map(({ text }) => text);
}

describe('OutputLines', () => {
  it('ends lines at LF, CR and both, and takes the rest as a line', () => {
    assert.deepEqual(texts('a\nb\r\nc\rd'), ['a', 'b', 'c', 'd']);
  });

  it('takes colours and cursor movements out, so that a pattern for a line’s start fits', () => {
    assert.deepEqual(texts('\u001b[1;31mFAIL\u001b[0m: x\n\u001b]0;title\u0007\u001b[2Kdone\n'), [
      'FAIL: x',
      'done',
    ]);
  });

  it('keeps NUL bytes, and shows what is not UTF-8 as such', () => {
    assert.deepEqual(texts(Buffer.from('a\0b\n'), Buffer.from([0x66, 0xff, 0x0a])), [
      'a\0b',
      'f\ufffd',
    ]);
  });

  it('gives the same lines however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', '\0', '\u001b[0m') }),
        fc.array(fc.nat(40)),
        (text, cuts) => {
          const bytes = Buffer.from(text);
          const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b)];
          const parts = edges.map((from, index) => bytes.subarray(from, edges[index + 1]));
          assert.deepEqual(split(...parts), split(bytes));
        },
      ),
    );
  });

  it('keeps no more of an endless line than its limit, and says that it was cut', () => {
    const lines = split(...Array.from({ length: 40 }, () => 'x'.repeat(10_000)), '\nshort\n');
    assert.deepEqual(
      lines.map(({ text, cut }) => [text.length, cut]),
      [
        [LONGEST_LINE_BYTES, true],
        [5, false],
      ],
    );
  });
});

function contractLines(chunks: readonly Buffer[]): Result<string, string>[] {
  const lines: Result<string, string>[] = [];
  const splitter = new ContractLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

/** Cuts bytes at arbitrary places, as a socket does. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const edges = [0, ...sorted, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

describe('the lines of the contract', () => {
  it('are the same however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat()),
        (texts, places) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          assert.deepEqual(
            contractLines(cut(bytes, places)),
            texts.map((text) => ok(text)),
          );
        },
      ),
    );
  });

  it('never come from bytes that are not UTF-8, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat()), (bytes, places) => {
        const ends = Buffer.from(bytes);
        for (const line of contractLines(cut(ends, places))) {
          if (line.ok) assert.ok(ends.includes(Buffer.from(line.value)));
          else assert.notEqual(line.error, '');
        }
      }),
    );
  });

  it('name a last line that was cut off', () => {
    const lines = contractLines([Buffer.from('{"type":"start"}\n{"type":"summ')]);
    assert.equal(lines.length, 2);
    assert.match(lines[1]?.ok === false ? lines[1].error : '', /ends in the middle/);
  });

  it('name a line without end once, keep none of it, and continue after it', () => {
    const flood = Array.from({ length: 40 }, () => Buffer.alloc(LONGEST_LINE_BYTES, 'x'));
    const lines = contractLines([...flood, Buffer.from('\nafter\n')]);
    assert.deepEqual(
      lines.map((line) => line.ok),
      [false, true],
    );
  });
});
