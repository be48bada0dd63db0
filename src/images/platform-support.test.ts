/** The platforms that this host is reported to run, with and without a registered interpreter. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { obstacleOf, checkPlatformSupport, type PlatformSupport } from './platform-support.ts';

const ENTRY = 'enabled\ninterpreter /usr/bin/qemu-s390x-static\nflags: OCF\noffset 0\nmagic 7f45\n';

describe('what a host runs', () => {
  let binfmt = '';
  before(async () => {
    binfmt = await mkdtemp(join(tmpdir(), 'binfmt-'));
  });
  after(() => rm(binfmt, { recursive: true, force: true }));

  const host = { arch: 'x86_64', kernel: release() };
  const s390x = (entry: string) =>
    writeFile(join(binfmt, 'qemu-s390x'), entry).then(() =>
      checkPlatformSupport('linux/s390x', host, binfmt),
    );

  it('is its own platform in any case', async () => {
    assert.deepEqual(await checkPlatformSupport('linux/amd64', host, binfmt), { type: 'native' });
    const elsewhere = { ...host, kernel: 'another' };
    assert.deepEqual(await checkPlatformSupport('linux/amd64', elsewhere), { type: 'native' });
  });

  it('is what an interpreter is registered for that containers can use', async () => {
    assert.deepEqual(await s390x(ENTRY), { type: 'emulated', by: 'qemu-s390x' });
    for (const bad of [ENTRY.replace('OCF', 'OC'), ENTRY.replace('enabled', 'disabled')]) {
      const found = await s390x(bad);
      assert.ok(found.type === 'none');
      assert.match(found.reason, /is disabled or lacks the flag F/);
    }
  });

  it('is not what no interpreter is registered for', async () => {
    const found = await checkPlatformSupport('linux/riscv64', host, binfmt);
    assert.ok(found.type === 'none');
    assert.match(found.reason, /cannot run linux\/riscv64: .* binfmt_misc has no qemu-riscv64/);
    assert.match(found.reason, /As root, --install installs qemu-user(-static)?/);
  });

  it('is nothing that is emulated where the kernel was told to start no interpreter', async () => {
    await writeFile(join(binfmt, 'status'), 'disabled\n');
    const found = await s390x(ENTRY);
    await rm(join(binfmt, 'status'));
    assert.ok(found.type === 'none');
    assert.match(found.reason, /binfmt_misc is switched off\. To switch it on: echo 1 > /);
  });

  it('is not known of an engine on another machine', async () => {
    const found = await checkPlatformSupport('linux/s390x', { ...host, kernel: 'another' }, binfmt);
    assert.deepEqual(found, { type: 'unknown' });
  });
});

describe('what keeps a row of another platform from being measured', () => {
  const runs: readonly PlatformSupport[] = [
    { type: 'native' },
    { type: 'unknown' },
    { type: 'emulated', by: 'qemu-s390x' },
  ];
  const obstacle = (support: PlatformSupport, compiled?: 'python' | 'programs') =>
    obstacleOf(support, 'linux/s390x', compiled);

  it('is nothing where its programs run and none is compiled', () => {
    for (const support of runs) assert.equal(obstacle(support), undefined);
  });

  it('is a compiler that would be emulated', () => {
    assert.match(
      obstacle({ type: 'emulated', by: 'x' }, 'python') ?? '',
      /^its Python is compiled only where .* natively, and this host emulates linux\/s390x$/,
    );
    assert.match(obstacle({ type: 'emulated', by: 'x' }, 'programs') ?? '', /^its C programs are/);
    for (const support of runs.filter(({ type }) => type !== 'emulated')) {
      for (const compiled of ['python', 'programs'] as const) {
        assert.equal(obstacle(support, compiled), undefined);
      }
    }
  });

  it('is that nothing runs its programs, whatever it needs', () => {
    const none = { type: 'none', reason: 'this host cannot run it' } as const;
    for (const compiled of [undefined, 'python', 'programs'] as const) {
      assert.equal(obstacle(none, compiled), none.reason);
    }
  });
});
