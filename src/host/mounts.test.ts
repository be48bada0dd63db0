import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mountsBelow, removeRunFolder } from './mounts.ts';

function mountinfo(...paths: readonly string[]): string {
  return paths.map((path, i) => `${i} 1 0:1 / ${path} rw - ext4 /dev/x rw\n`).join('');
}

describe('the mounts below a folder', () => {
  it('are found innermost first, and nothing else is', () => {
    const text = mountinfo('/', '/a/run', '/a/runner', '/a/run/netns', '/a/run/x\\040y', '/b');
    assert.deepEqual(mountsBelow('/a/run', text), ['/a/run/x y', '/a/run/netns', '/a/run']);
    assert.deepEqual(mountsBelow('/c', text), []);
  });
});

describe('a folder of run-time state', () => {
  it('is removed on systems that do not list their mounts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-'));
    writeFileSync(join(folder, 'file'), '');
    await removeRunFolder(folder, 'darwin');
    assert.ok(!existsSync(folder));
  });
});
