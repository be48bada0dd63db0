/** The kernel's interpreters, in a folder that stands for its own. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  addInterpreters,
  interpretersFor,
  isSwitchedOff,
  mountSource,
  parseEntry,
  registration,
  removeDeadInterpreters,
  removeInterpreters,
  tellsOfNames,
  worksInContainers,
} from './binfmt.ts';
import { processName, ownProcess, ownViewpoint } from './process-identity.ts';

const ENTRY = 'enabled\ninterpreter /usr/bin/qemu-s390x-static\nflags: OCF\noffset 0\nmagic 7f45\n';

describe('an entry of the kernel', () => {
  it('is read with its state and its flags', () => {
    assert.deepEqual(parseEntry('qemu-s390x', ENTRY), {
      name: 'qemu-s390x',
      isEnabled: true,
      flags: 'OCF',
    });
    assert.equal(parseEntry('x', ENTRY.replace('enabled', 'disabled'))?.isEnabled, false);
    assert.equal(parseEntry('x', 'enabled\nflags: \n')?.flags, '');
    assert.equal(parseEntry('x', ''), undefined);
  });

  it('works in containers where it is enabled and open already', () => {
    for (const [isEnabled, flags, works] of [
      [true, 'F', true],
      [true, 'OPF', true],
      [true, 'OC', false],
      [true, '', false],
      [false, 'F', false],
    ] as const) {
      assert.equal(worksInContainers({ name: 'x', isEnabled, flags }), works);
    }
  });
});

describe('the text that adds an interpreter', () => {
  it('has the bytes of the platform, the path and the flags', () => {
    const magic =
      '\\x7f\\x45\\x4c\\x46\\x02\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x16';
    const mask =
      '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfc\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xff\\xfe\\xff\\xff';
    assert.equal(
      registration('mine', 'linux/s390x', '/usr/bin/qemu-s390x', true),
      `:mine:M::${magic}:${mask}:/usr/bin/qemu-s390x:PF`,
    );
    assert.match(registration('mine', 'linux/arm64', '/q', false), /:\/q:F$/);
  });

  it('asks for the name of the program where the kernel can tell', () => {
    for (const old of ['4.19.0', '5.10.0-30-amd64', '5.11.9', '3.2']) {
      assert.equal(tellsOfNames(old), false, old);
    }
    for (const later of ['5.12.0', '6.1.0-40-amd64', '6.18.44-x']) {
      assert.equal(tellsOfNames(later), true, later);
    }
    assert.equal(tellsOfNames(''), false);
  });
});

describe('the mount of a folder', () => {
  it('is known by its source, the last one on the folder', () => {
    const line = (path: string, source: string) =>
      `9 1 0:5 / ${path} rw,relatime shared:3 - binfmt_misc ${source} rw\n`;
    const text = line('/a', 'one') + line('/a', 'two') + line('/b', 'three');
    assert.equal(mountSource('/a', text), 'two');
    assert.equal(mountSource('/c', text), undefined);
  });
});

describe('interpreters', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'binfmt-'));
    await writeFile(join(folder, 'register'), '');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const put = (name: string, text = ENTRY) => writeFile(join(folder, name), text);
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const nameFor = (owner: string) => `race-matrix+${owner.replaceAll('/', '+')}+qemu-s390x`;

  it('are those of the usual name, and those of this process', async () => {
    assert.deepEqual(interpretersFor('linux/s390x', folder), []);
    await put('qemu-s390x', ENTRY.replace('OCF', 'OC'));
    await put(nameFor(ownProcess()), ENTRY.replace('OCF', 'PF'));
    await put(nameFor(processName({ ...ownViewpoint(), pid: 1, start: '1' })));
    const found = interpretersFor('linux/s390x', folder);
    assert.deepEqual(
      found.map(({ name }) => name),
      [nameFor(ownProcess()), 'qemu-s390x'],
    );
  });

  it('are added by a line for each', async () => {
    addInterpreters(new Map([['linux/s390x', '/opt/qemu-s390x']]), '6.1.0', folder);
    const written = await text('register');
    assert.ok(written.startsWith(`:${nameFor(ownProcess())}:M::`));
    assert.ok(written.endsWith(':/opt/qemu-s390x:PF'));
  });

  it('are taken away by the process that added them, and the others stay', async () => {
    const other = nameFor(processName({ ...ownViewpoint(), pid: 1, start: '1' }));
    await put('qemu-s390x');
    await put(nameFor(ownProcess()));
    await put(other);
    removeInterpreters(folder);
    assert.equal(await text(nameFor(ownProcess())), '-1');
    assert.equal(await text('qemu-s390x'), ENTRY);
    assert.equal(await text(other), ENTRY);
    // Process 1 began at another time: the one that is meant is gone.
    assert.equal(removeDeadInterpreters(folder), 1);
    assert.equal(await text(other), '-1');
    assert.equal(await text('qemu-s390x'), ENTRY);
  });

  it('of a process elsewhere are left alone', async () => {
    const elsewhere = nameFor(
      processName({ ...ownViewpoint(), machine: 'other', pid: 1, start: '1' }),
    );
    await put(elsewhere);
    removeDeadInterpreters(folder);
    assert.equal(await text(elsewhere), ENTRY);
  });

  it('can be switched off altogether', async () => {
    assert.equal(isSwitchedOff(folder), false);
    await put('status', 'disabled\n');
    assert.equal(isSwitchedOff(folder), true);
  });
});
