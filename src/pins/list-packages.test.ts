import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { LISTING, parsePackages } from './list-packages.ts';

const SOURCE = `python3.13_3.13.5.orig.tar.xz of Debian trixie, sha256 ${'0c'.repeat(32)}\n`;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'listing-'));
  await mkdir(join(folder, 'bin'));
  const listed = '#!/bin/sh\necho "libc6:amd64 2.41-12"\necho "bash 5.2.37-2"\n';
  await writeFile(join(folder, 'bin/dpkg-query'), listed, { mode: 0o755 });
});
after(() => rm(folder, { recursive: true, force: true }));

/** Lists what an image with that folder as its /opt would list. */
async function listed(opt: string) {
  const { stdout } = await promisify(execFile)(
    '/bin/sh',
    ['-c', LISTING.replaceAll('/opt/', `${opt}/`)],
    { env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` } },
  );
  return parsePackages(stdout.replaceAll(opt, '/opt'));
}

describe('what an image holds', () => {
  it('is its packages', async () => {
    assert.deepEqual(await listed(join(folder, 'none')), {
      type: 'packages',
      packages: { 'libc6:amd64': '2.41-12', bash: '5.2.37-2' },
    });
  });

  it('is the source of a Python that was built as well, with its hash', async () => {
    const opt = join(folder, 'opt');
    await mkdir(join(opt, 'python'), { recursive: true });
    await writeFile(join(opt, 'python/built-from'), SOURCE);
    const had = await listed(opt);
    assert.ok(had.type === 'packages', JSON.stringify(had));
    assert.equal(Object.keys(had.packages).length, 3);
    assert.equal(
      had.packages['source:/opt/python'],
      `python3.13_3.13.5.orig.tar.xz_of_Debian_trixie,_sha256_${'0c'.repeat(32)}`,
    );
  });
});
