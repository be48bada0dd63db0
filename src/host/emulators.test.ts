/** Which emulators of a machine can be used, and which package contains them. */
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { emulatorPackage, findEmulator } from './emulators.ts';

describe('the package of emulators', () => {
  const cases = [
    ['ID=debian\nVERSION_ID="11"\n', 'qemu-user-static'],
    [
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
      'qemu-user-static',
    ],
    ['ID=debian\nVERSION_ID="13"\n', 'qemu-user'],
    ['PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\n', 'qemu-user'],
    ['ID=ubuntu\nVERSION_ID="24.04"\n', 'qemu-user-static'],
    ['ID=ubuntu\nVERSION_ID="26.04"\n', 'qemu-user'],
    ['ID=other\nVERSION_ID="99"\n', 'qemu-user-static'],
    ['', 'qemu-user-static'],
  ] as const;
  for (const [text, name] of cases) {
    it(`is ${name} by ${JSON.stringify(text)}`, () => {
      assert.equal(emulatorPackage(text), name);
    });
  }
});

describe('an emulator', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulators-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const program = async (name: string, content: Buffer) => {
    await writeFile(join(folder, name), content);
    await chmod(join(folder, name), 0o755);
  };
  /** An ELF file with one program header, of the kind `type`. */
  const elf = (type: number) => {
    const bytes = Buffer.alloc(120);
    bytes.write('\x7fELF\x02\x01', 'latin1');
    bytes.writeUInt32LE(64, 32);
    bytes.writeUInt16LE(56, 54);
    bytes.writeUInt16LE(1, 56);
    bytes.writeUInt32LE(type, 64);
    return bytes;
  };
  const found = () => findEmulator('linux/s390x', { PATH: folder });

  it('is one that needs nothing of a container', async () => {
    assert.equal(await found(), undefined);
    await copyFile(process.execPath, join(folder, 'qemu-s390x'));
    assert.equal(await found(), undefined, 'one that is linked dynamically');
    await program('qemu-s390x', elf(1));
    assert.equal(await found(), join(folder, 'qemu-s390x'));
    await program('qemu-s390x-static', elf(1));
    assert.equal(await found(), join(folder, 'qemu-s390x-static'));
  });
});
