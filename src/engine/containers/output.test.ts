import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { type OutputReader, readOutput } from './output.ts';

interface Read {
  readonly reader: OutputReader;
  readonly passed: { stdout: string; stderr: string; overflows: number };
}

function read(chunks: readonly Buffer[], terminal: boolean, outputBytes = 1000): Read {
  const passed = { stdout: '', stderr: '', overflows: 0 };
  const reader = readOutput(Readable.from(chunks, { objectMode: false }), {
    terminal,
    outputBytes,
    onStdout: (chunk) => (passed.stdout += chunk.toString('utf8')),
    onStderr: (chunk) => (passed.stderr += chunk.toString('utf8')),
    onOverflow: () => (passed.overflows += 1),
  });
  return { reader, passed };
}

/** A frame of standard error. */
function stderrFrame(text: string): Buffer {
  const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('reading the output of a container', () => {
  it('takes all that a terminal shows for standard output', async () => {
    const { reader, passed } = read([Buffer.from('one '), Buffer.from('\u0002two')], true);
    assert.deepEqual(await reader.end, { type: 'whole' });
    assert.deepEqual(passed, { stdout: 'one \u0002two', stderr: '', overflows: 0 });
  });

  it('passes on as much as its limit allows, and reports once that there is more', async () => {
    for (const terminal of [true, false]) {
      const frame = (text: string) => (terminal ? Buffer.from(text) : stderrFrame(text));
      const { reader, passed } = read([frame('one '), frame('two'), frame('three')], terminal, 6);
      assert.deepEqual(await reader.end, { type: 'whole' });
      assert.equal(passed.stdout + passed.stderr, 'one tw');
      assert.equal(passed.overflows, 1);
    }
  });

  it('keeps the beginning of standard error, which may come in parts', async () => {
    const { reader } = read([stderrFrame('a'.repeat(200)), stderrFrame('b'.repeat(200))], false);
    await reader.end;
    assert.equal(reader.firstWords(), 'a'.repeat(200) + 'b'.repeat(100));
  });
});
