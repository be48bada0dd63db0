import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { announcement, installCommand, isShown, missingPackages } from './debian-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'debian-packages-'));
after(() => rm(folder, { recursive: true, force: true }));

function script(name: string, ...lines: readonly string[]): void {
  writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}

describe('missing packages', () => {
  it('are those whose program is on no PATH, each named once', async () => {
    script('present');
    const missing = await missingPackages(
      [
        { package: 'here', program: 'present' },
        { package: 'absent', program: 'no-such-program' },
        { package: 'absent', program: 'no-such-program-either' },
      ],
      { PATH: folder },
    );
    assert.deepEqual(missing, ['absent']);
  });

  it('are announced with the way to prevent it, and named as a command', () => {
    assert.equal(
      announcement(['mmdebstrap', 'mount']),
      'Installing mmdebstrap mount with apt-get. Set BOOTSTRAP=0 to prevent this.',
    );
    assert.equal(installCommand(['mmdebstrap', 'mount']), 'apt-get install mmdebstrap mount');
  });
});

describe('what is shown of apt-get', () => {
  it('is a line a package, without percentages', () => {
    const output = [
      'Get:1 http://archive.example/debian trixie InRelease [140 kB]',
      'Reading package lists...',
      'The following NEW packages will be installed:',
      '  mount',
      'Need to get 155 kB of archives.',
      'Get:1 http://archive.example/debian trixie/main amd64 mount amd64 2.41.5 [155 kB]',
      'Selecting previously unselected package mount.',
      '(Reading database ... 5%',
      '(Reading database ... 39939 files and directories currently installed.)',
      'Preparing to unpack .../mount_2.41.5_amd64.deb ...',
      'Unpacking mount (2.41.5) ...',
      'Setting up mount (2.41.5) ...',
      'Processing triggers for libc-bin (2.41-12) ...',
    ];
    assert.deepEqual(output.filter(isShown), [
      'Need to get 155 kB of archives.',
      'Setting up mount (2.41.5) ...',
    ]);
  });

  it('is every warning and error', () => {
    for (const line of [
      'W: Some index files failed to download.',
      'E: Unable to locate package moount',
      'dpkg: error processing package mount (--configure):',
    ]) {
      assert.ok(isShown(line), line);
    }
  });

  const skip = process.getuid?.() === 0 ? false : 'only root installs packages';
  it('is the end of its output where it fails', { skip }, () => {
    script(
      'apt-get',
      'case "$*" in',
      '  *update*) echo Reading package lists... ;;',
      '  *) echo Setting up good; echo postinst: disk quota exceeded >&2; exit 100 ;;',
      'esac',
    );
    const module = pathToFileURL(join(import.meta.dirname, 'debian-packages.ts')).href;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...['--import', 'tsx', '--input-type=module', '--eval'],
        `import { installPackages } from ${JSON.stringify(module)};
         console.log(JSON.stringify(await installPackages(['good'], process.env)));`,
      ],
      { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` } },
    );
    assert.deepEqual(JSON.parse(stdout), {
      type: 'failed',
      reason: 'apt-get install -qy --no-install-recommends good ended with 100',
    });
    assert.equal(stderr, 'Setting up good\npostinst: disk quota exceeded\n');
  });
});
