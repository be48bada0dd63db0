import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isNativeOn,
  platformInId,
  platformOf,
  PLATFORMS,
  platformTag,
  renamedId,
} from './platform.ts';

describe('a platform', () => {
  it('is told by the names of kernels, engines and Node', () => {
    for (const name of ['x86_64', 'amd64', 'x64']) assert.equal(platformOf(name), 'linux/amd64');
    for (const name of ['i686', '386', 'ia32']) assert.equal(platformOf(name), 'linux/386');
    assert.equal(platformOf('armv7l'), 'linux/arm/v7');
    assert.equal(platformOf('mips'), undefined);
  });

  it('runs by itself where the processor knows it', () => {
    assert.ok(isNativeOn('linux/386', 'linux/amd64'));
    assert.ok(!isNativeOn('linux/amd64', 'linux/386'));
    assert.ok(!isNativeOn('linux/s390x', undefined));
  });
});

describe("a row's id", () => {
  it('names a platform after its base, and nothing else does', () => {
    for (const platform of PLATFORMS) {
      assert.equal(platformInId(`debian-12@${platformTag(platform)}/pypy3`), platform);
    }
    assert.equal(platformInId('debian-12/pypy3'), undefined);
    assert.equal(platformInId(`python@sha256:${'0'.repeat(64)}`), undefined);
    assert.equal(platformInId('python/name@linux-386'), undefined);
  });

  it('is renamed from the point of view of one host to that of another, and back', () => {
    const here = 'debian-12/pypy3';
    const there = renamedId(here, 'linux/amd64', 'linux/arm64');
    assert.equal(there, 'debian-12@linux-amd64/pypy3');
    assert.equal(renamedId(there, 'linux/arm64', 'linux/amd64'), here);
    assert.equal(renamedId(there, undefined, undefined), there);
    assert.equal(renamedId('debian-12@linux-386', 'linux/amd64', 'linux/386'), 'debian-12');
  });

  it('stays as it is where no platform is known', () => {
    assert.equal(renamedId('debian-12/pypy3', undefined, 'linux/amd64'), 'debian-12/pypy3');
  });
});
