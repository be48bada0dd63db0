import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Piece, frames } from '../../../test/support/fake-engine/frames.ts';
import { demultiplex } from './demultiplex.ts';

/** Reads a stream that arrives in the given chunks. */
function read(chunks: readonly Buffer[]): {
  stdout: string;
  stderr: string;
  breakage: string | undefined;
} {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const reader = demultiplex({
    onStdout: (chunk) => stdout.push(Buffer.from(chunk)),
    onStderr: (chunk) => stderr.push(Buffer.from(chunk)),
  });
  for (const chunk of chunks) reader.push(chunk);
  return {
    stdout: Buffer.concat(stdout).toString('latin1'),
    stderr: Buffer.concat(stderr).toString('latin1'),
    breakage: reader.end(),
  };
}

/** Cuts a buffer into pieces of the given sizes, again and again. */
function cut(buffer: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < buffer.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(buffer.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const pieces = fc.array(
  fc.record({
    stream: fc.constantFrom(1, 2),
    text: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
);
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

function written(list: readonly Piece[], stream: number): string {
  return Buffer.concat(
    list.filter((piece) => piece.stream === stream).map((piece) => Buffer.from(piece.text)),
  ).toString('latin1');
}

describe('the output stream of a container', () => {
  it('gives each output byte for byte, however the connection cuts it', () => {
    fc.assert(
      fc.property(pieces, sizes, (list, cuts) => {
        const { stdout, stderr, breakage } = read(cut(frames(list), cuts));
        assert.equal(stdout, written(list, 1));
        assert.equal(stderr, written(list, 2));
        assert.equal(breakage, undefined);
      }),
    );
  });

  it('is not taken for whole when it ends anywhere inside a frame', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (list, seed) => {
        const whole = frames(list);
        const ends = new Set<number>([0]);
        let end = 0;
        for (const piece of list) ends.add((end += 8 + piece.text.length));
        const length = whole.length === 0 ? 0 : seed % whole.length;
        const { breakage } = read([whole.subarray(0, length)]);
        assert.equal(breakage === undefined, ends.has(length));
      }),
    );
  });

  it('survives a million empty and tiny frames in one chunk', () => {
    const tiny = frames(
      Array.from({ length: 1000 }, (_, i) => ({ stream: 1, text: i % 2 ? 'x' : '' })),
    );
    const { stdout, breakage } = read([Buffer.concat(Array.from({ length: 1000 }, () => tiny))]);
    assert.equal(stdout.length, 500_000);
    assert.equal(breakage, undefined);
  });

  it('says so when a header is none, and passes on nothing after it', () => {
    const good = frames([{ stream: 1, text: 'good' }]);
    const { stdout, breakage } = read([good, Buffer.from('not framed at all'), good]);
    assert.equal(stdout, 'good');
    assert.match(breakage ?? '', /is not a frame header/);
  });

  it("reports the engine's own error, and does not take it for output", () => {
    const { stdout, stderr, breakage } = read(
      cut(frames([{ stream: 3, text: 'log driver went away' }]), [3]),
    );
    assert.equal(stdout + stderr, '');
    assert.match(breakage ?? '', /^The engine reported an error.*log driver went away/);
    const empty = read([frames([{ stream: 3, text: '' }])]);
    assert.match(empty.breakage ?? '', /^The engine reported an error/);
  });
});
