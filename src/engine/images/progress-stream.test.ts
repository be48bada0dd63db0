import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Progress, readProgress } from './progress-stream.ts';

function read(chunks: readonly Buffer[]): Progress & { lines: string[] } {
  const lines: string[] = [];
  const reader = readProgress((line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  return { ...reader.end(), lines };
}

function text(...values: unknown[]): Buffer {
  return Buffer.from(values.map((value) => `${JSON.stringify(value)}\r\n`).join(''));
}

const ID = `sha256:${'a'.repeat(64)}`;

describe('the progress of a build, a pull or an import', () => {
  it('shows whole lines of what the steps print, in whatever pieces they come', () => {
    const { lines, error } = read([
      text({ stream: 'Step 1/2 : FR' }, { stream: 'OM x\n' }, { stream: 'a\nb\r\nc' }),
    ]);
    assert.deepEqual(lines, ['Step 1/2 : FROM x', 'a', 'b', 'c']);
    assert.equal(error, undefined);
  });

  it('finds an error in an answer that was called a success', () => {
    for (const message of [
      { errorDetail: { code: 1, message: 'returned a non-zero code: 1' }, error: 'no' },
      { errorDetail: { message: 'returned a non-zero code: 1' } },
      { error: 'returned a non-zero code: 1' },
      { error: null },
      { errorDetail: {} },
    ]) {
      const { error } = read([text({ stream: 'Step 1\n' }, message)]);
      assert.notEqual(error, undefined, JSON.stringify(message));
    }
  });

  it('keeps the first error, and continues reading', () => {
    const { error, lines } = read([text({ error: 'first' }, { error: 'second' })]);
    assert.equal(error, 'first');
    assert.deepEqual(lines, ['first', 'second']);
  });

  it('learns the id of the image from a build and from an import', () => {
    assert.equal(read([text({ aux: { ID } })]).imageId, ID);
    assert.equal(read([text({ status: ID })]).imageId, ID);
    assert.equal(read([text({ status: 'Downloading' })]).imageId, undefined);
  });

  it('leaves out the progress bars of a pull', () => {
    const { lines } = read([
      text(
        { status: 'Pulling fs layer', progressDetail: {}, id: 'abc' },
        { status: 'Downloading', progressDetail: { current: 1, total: 2 }, id: 'abc' },
        { status: 'Pull complete', progressDetail: {}, id: 'abc' },
      ),
    ]);
    assert.deepEqual(lines, ['abc: Pulling fs layer', 'abc: Pull complete']);
  });

  it('calls an answer that is cut off or no JSON an error', () => {
    assert.notEqual(read([text({ stream: 'x\n' }).subarray(0, 8)]).error, undefined);
    assert.notEqual(read([Buffer.from('<html>not an engine</html>\n')]).error, undefined);
    assert.notEqual(read([Buffer.from('[1]\n')]).error, undefined);
  });

  it('gives a terminal no control characters', () => {
    const { lines } = read([text({ stream: '\u001b[31mred\u001b[0m \u0007bell\u0000\n' })]);
    assert.deepEqual(lines, ['red bell']);
  });

  it('keeps the last lines only, and none of them without end', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ stream: `line ${i}\n` }));
    const { log } = read([text(...many, { stream: 'x'.repeat(100_000) })]);
    assert.ok(log.length <= 60);
    assert.equal(log.at(-2), 'line 499');
    assert.ok((log.at(-1) ?? '').length < 5000);
  });

  it('does not hold a line without end in memory', () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const { error } = read([Buffer.from('{"stream":"'), ...Array<Buffer>(6).fill(chunk)]);
    assert.match(error ?? '', /too long/);
  });

  it('reads the same however the connection cuts it', () => {
    const message = fc.oneof(
      fc.record({ stream: fc.string({ unit: 'grapheme' }) }),
      fc.record({ status: fc.string(), id: fc.string() }),
      fc.record({ error: fc.string() }),
    );
    fc.assert(
      fc.property(fc.array(message), fc.integer({ min: 1, max: 9 }), (messages, size) => {
        const whole = text(...messages);
        const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
          whole.subarray(i * size, (i + 1) * size),
        );
        assert.deepEqual(read(chunks), read([whole]));
      }),
    );
  });
});
