import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emulatedRows } from './emulation.ts';

const rows = (...archs: readonly string[]) => archs.map((arch) => ({ id: arch, arch }));

describe('rows under emulation', () => {
  it('are those of another architecture than the host', () => {
    assert.deepEqual(emulatedRows(rows('x86_64', 'aarch64', 's390x'), 'x86_64'), [
      'aarch64',
      's390x',
    ]);
    assert.deepEqual(emulatedRows(rows('x86_64', 'aarch64'), 'aarch64'), ['x86_64']);
  });

  it('are not those that the processor runs by itself', () => {
    assert.deepEqual(emulatedRows(rows('i686', 'x86_64'), 'x86_64'), []);
    assert.deepEqual(emulatedRows(rows('armv7l', 'armv8l'), 'aarch64'), ['armv7l', 'armv8l']);
  });

  it('are told whether the engine names its host as the kernel or as Go does', () => {
    assert.deepEqual(emulatedRows(rows('x86_64', 'aarch64'), 'amd64'), ['aarch64']);
    assert.deepEqual(emulatedRows(rows('x86_64', 'aarch64'), 'arm64'), ['x86_64']);
  });

  it('are not guessed where a row does not tell', () => {
    assert.deepEqual(emulatedRows([{ id: 'unmeasured' }], 'x86_64'), []);
  });
});
