/** The probe itself, by the host's own Python: what it refuses to take for granted. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { endianness, tmpdir } from 'node:os';
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
    const printed = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
    const { name, pointerBits, byteOrder } = JSON.parse(printed.stdout) as Record<string, unknown>;
    assert.equal(name, platformOf(process.arch));
    assert.equal(pointerBits, process.arch === 'arm' || process.arch === 'ia32' ? 32 : 64);
    assert.equal(byteOrder, endianness() === 'LE' ? 'little' : 'big');
  });

  it('states which archives the lists of packages in an image are from, and of which day', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lists-'));
    const put = (name: string, text: string) => writeFile(join(folder, name), text);
    const program = `import sys; exec(open(sys.argv[1]).read().split("print(json")[0]); print(json.dumps(archives(sys.argv[2])))`;
    const file = join(import.meta.dirname, 'probe.py');
    const listed = (path: string): unknown =>
      JSON.parse(spawnSync('python3', ['-c', program, file, path], { encoding: 'utf8' }).stdout);
    try {
      await put(
        'm_debian_dists_trixie_InRelease',
        'Hash: SHA512\nDate: Sat, 21 Nov 2026 09:15:44 UTC\n',
      );
      await put(
        'm%5fx_debian-security_dists_buster_updates_Release',
        'Date: Sat, 9 Aug 2025 09:16:30 UTC\n',
      );
      await put(
        'm_debian_dists_trixie_main_binary-amd64_Packages',
        'Date: Sat, 9 Aug 2025 09:16:30 UTC\n',
      );
      await put('m_debian_dists_sid_InRelease', 'Date: yesterday\n');
      assert.deepEqual(listed(folder), [
        { address: 'm_x/debian-security', suite: 'buster/updates', day: '2025-08-09' },
        { address: 'm/debian', suite: 'trixie', day: '2026-11-21' },
      ]);
      assert.deepEqual(listed(join(folder, 'none')), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
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
