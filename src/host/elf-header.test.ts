/** The bytes that identify programs of the platforms. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { platformOf, PLATFORMS, type Platform } from '../platform.ts';
import { ELF_HEADERS, elfPattern, needsLoader } from './elf-header.ts';

/** The first twenty bytes of a program; `type` 2 of one at a fixed address, 3 of any other. */
function program(platform: Platform, { type = 3, osAbi = 0 } = {}): Buffer {
  const { bits, byteOrder, machine } = ELF_HEADERS[platform];
  const bytes = Buffer.alloc(20);
  bytes.write('\x7fELF', 'latin1');
  bytes.set([bits / 32, byteOrder === 'little' ? 1 : 2, 1, osAbi], 4);
  for (const [value, at] of [
    [type, 16],
    [machine, 18],
  ] as const) {
    if (byteOrder === 'little') bytes.writeUInt16LE(value, at);
    else bytes.writeUInt16BE(value, at);
  }
  return bytes;
}

function fits(platform: Platform, bytes: Uint8Array): boolean {
  const { magic, mask } = elfPattern(platform);
  return magic.every((byte, at) => ((bytes[at] ?? 0) & (mask[at] ?? 0)) === byte);
}

describe('the pattern of a platform', () => {
  for (const platform of PLATFORMS) {
    it(`fits programs of ${platform} and of no other one`, () => {
      for (const other of PLATFORMS) {
        for (const type of [2, 3]) {
          for (const osAbi of [0, 3]) {
            const bytes = program(other, { type, osAbi });
            assert.equal(fits(platform, bytes), other === platform, `${other} ${type} ${osAbi}`);
          }
        }
      }
    });

    it(`fits no object file, core or other system of ${platform}`, () => {
      for (const type of [0, 1, 4, 0xff02]) {
        assert.ok(!fits(platform, program(platform, { type })), String(type));
      }
      assert.ok(!fits(platform, program(platform, { osAbi: 9 })));
    });
  }

  it('fits the program that runs this test', async () => {
    const own = platformOf(process.arch);
    if (own !== undefined) assert.ok(fits(own, await readFile(process.execPath)));
  });

  it('is that of s390x by its documented bytes', () => {
    const { magic, mask } = elfPattern('linux/s390x');
    assert.equal(Buffer.from(magic).toString('hex'), '7f454c4602020100000000000000000000020016');
    assert.equal(Buffer.from(mask).toString('hex'), 'fffffffffffffffc0000000000000000fffeffff');
  });
});

describe('a program that a loader starts', () => {
  it('is told from one that the kernel starts alone', async () => {
    // Node is linked dynamically; a loader is started by nothing else.
    assert.equal(needsLoader(await readFile(process.execPath)), true);
    const alone = Buffer.alloc(120);
    alone.write('\x7fELF\x02\x01', 'latin1');
    alone.writeUInt32LE(64, 32);
    alone.writeUInt16LE(56, 54);
    alone.writeUInt16LE(1, 56);
    alone.writeUInt32LE(1, 64);
    assert.equal(needsLoader(alone), false);
  });

  it('is not looked for in what is no program', () => {
    assert.equal(needsLoader(Buffer.from('#!/bin/sh\n')), undefined);
    assert.equal(needsLoader(Buffer.alloc(64)), undefined);
    const cutOff = Buffer.alloc(64);
    cutOff.write('\x7fELF\x02\x01', 'latin1');
    cutOff.writeUInt16LE(56, 54);
    cutOff.writeUInt16LE(9, 56);
    assert.equal(needsLoader(cutOff), undefined);
  });
});
