/** The probe itself, by the host's own Python: what it refuses to take for granted. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { platformOf } from '../platform.ts';

const probe = (malloc: string) =>
  spawnSync('python3', [join(import.meta.dirname, 'probe.py'), malloc], { encoding: 'utf8' });

describe('the probe', () => {
  it('fails where the allocator of the row was not loaded, which the loader only warns of', () => {
    const { status, stdout, stderr } = probe('jemalloc');
    assert.notEqual(status, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /allocator of this row is to be jemalloc, and loaded is: the C library's/);
  });

  it('says of the interpreter what its own file says, whatever the kernel calls itself', () => {
    const program = `import sys; exec(open(sys.argv[1]).read().split("print(json")[0]); print(json.dumps(platform_facts()))`;
    const file = join(import.meta.dirname, 'probe.py');
    const said = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
    const { name, pointerBits, byteOrder } = JSON.parse(said.stdout) as Record<string, unknown>;
    assert.equal(name, platformOf(process.arch));
    assert.equal(pointerBits, process.arch === 'arm' || process.arch === 'ia32' ? 32 : 64);
    assert.equal(byteOrder, endianness() === 'LE' ? 'little' : 'big');
  });

  it('does not ask for one where the row has none', () => {
    assert.doesNotMatch(probe('default').stderr, /allocator/);
  });

  it('states what the interpreter was built against and what its subprocess uses', () => {
    const { stdout } = probe('default');
    const { python } = (JSON.parse(stdout) as { facts: { python: Record<string, unknown> } }).facts;
    assert.match(JSON.stringify(python['builtAgainst']), /^\{"name":"(glibc|musl)"/);
    assert.deepEqual(Object.keys(python['subprocess'] as object).sort(), [
      'closeFrom',
      'posixSpawn',
      'vfork',
    ]);
    assert.equal(typeof python['gil'], 'boolean');
  });
});
