/** The probe itself, by the host's own Python: what it refuses to take for granted. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const probe = (malloc: string) =>
  spawnSync('python3', [join(import.meta.dirname, 'probe.py'), malloc], { encoding: 'utf8' });

describe('the probe', () => {
  it('fails where the allocator of the row was not loaded, which the loader only warns of', () => {
    const { status, stdout, stderr } = probe('jemalloc');
    assert.notEqual(status, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /allocator of this row is to be jemalloc, and loaded is: the C library's/);
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
