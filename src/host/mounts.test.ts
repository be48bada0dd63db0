import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mountsBelow } from './mounts.ts';

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
