import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LineSplitter, LONGEST_LINE_BYTES, type Line } from './line-splitter.ts';

function split(chunks: readonly Buffer[]): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
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

describe('the lines of an output', () => {
  it('are the same however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat()),
        (texts, places) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          assert.deepEqual(
            split(cut(bytes, places)),
            texts.map((text) => ({ type: 'line', text })),
          );
        },
      ),
    );
  });

  it('never come from bytes that are not UTF-8, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat()), (bytes, places) => {
        const ends = Buffer.from(bytes);
        for (const line of split(cut(ends, places))) {
          if (line.type === 'line') assert.ok(ends.includes(Buffer.from(line.text)));
          else assert.notEqual(line.reason, '');
        }
      }),
    );
  });

  it('name a last line that was cut off', () => {
    const lines = split([Buffer.from('{"type":"start"}\n{"type":"summ')]);
    assert.equal(lines.length, 2);
    assert.match(lines[1]?.type === 'malformed' ? lines[1].reason : '', /ends in the middle/);
  });

  it('name a line without end once, keep none of it, and go on after it', () => {
    const flood = Array.from({ length: 40 }, () => Buffer.alloc(LONGEST_LINE_BYTES, 'x'));
    const lines = split([...flood, Buffer.from('\nafter\n')]);
    assert.deepEqual(
      lines.map((line) => line.type),
      ['malformed', 'line'],
    );
  });
});
