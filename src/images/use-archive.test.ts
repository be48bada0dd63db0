/** The script that changes where a pulled image's packages come from. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../images/archive/use-archive');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'use-archive-'));
  await mkdir(join(folder, 'apt/sources.list.d'), { recursive: true });
  await cp(SCRIPT, join(folder, 'use-archive'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, 'apt', path);
const use = (...args: readonly string[]) =>
  promisify(execFile)('/bin/sh', [join(folder, 'use-archive'), join(folder, 'apt'), ...args]);
const SNAPSHOT = ['http://s/debian/T', 'http://s/debian-security/T', 'snapshot'];

describe('the archive of a pulled image', () => {
  it('is changed in the lines of Debian 11', async () => {
    await writeFile(
      at('sources.list'),
      '# deb http://snapshot.debian.org/archive/debian/20260801T000000Z bullseye main\n' +
        'deb http://deb.debian.org/debian bullseye main\n' +
        'deb http://deb.debian.org/debian-security bullseye-security main\n' +
        'deb http://deb.debian.org/debian bullseye-updates main\n',
    );
    await use(...SNAPSHOT, 'accepted');
    const lines = (await readFile(at('sources.list'), 'utf8')).split('\n').slice(1);
    assert.deepEqual(lines, [
      'deb http://s/debian/T bullseye main',
      'deb http://s/debian-security/T bullseye-security main',
      'deb http://s/debian/T bullseye-updates main',
      '',
    ]);
    assert.match(await readFile(at('apt.conf.d/99archive'), 'utf8'), /Check-Valid-Until "false"/);
  });

  it('is changed in the paragraphs of Debian 12 and later, without updates of old releases', async () => {
    await writeFile(
      at('sources.list.d/debian.sources'),
      'Types: deb\n' +
        '# http://snapshot.debian.org/archive/debian/20260801T000000Z\n' +
        'URIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\n' +
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' +
        'URIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\n',
    );
    await use('http://o/debian', 'http://o/debian-security', 'old-releases', '');
    const text = await readFile(at('sources.list.d/debian.sources'), 'utf8');
    assert.match(text, /^URIs: http:\/\/o\/debian\nSuites: bookworm\n/m);
    assert.match(text, /^URIs: http:\/\/o\/debian-security\nSuites: bookworm-security\n/m);
    assert.match(text, /Signed-By: .*debian-archive-keyring\.gpg/);
    assert.doesNotMatch(await readFile(at('apt.conf.d/99archive'), 'utf8'), /Valid-Until/);
  });

  it('has the keys of a mirror that signs with its own key', async () => {
    await writeFile(join(folder, 'keyring'), 'keys');
    await writeFile(
      at('sources.list'),
      'deb [a=b] http://security.debian.org/ buster/updates main\n',
    );
    await writeFile(
      at('sources.list.d/debian.sources'),
      'URIs: https://deb.debian.org/debian/\nSigned-By: /usr/share/keyrings/x.gpg\n',
    );
    await use(...SNAPSHOT, '');
    assert.equal(await readFile(at('archive-keyring.gpg'), 'utf8'), 'keys');
    const path = at('archive-keyring.gpg');
    assert.ok((await readFile(at('sources.list'), 'utf8')).startsWith(`deb [signed-by=${path}] `));
    assert.ok(
      (await readFile(at('sources.list.d/debian.sources'), 'utf8')).includes(
        `Signed-By: ${path}\n`,
      ),
    );
  });

  it('stays as it is where only a date is to be accepted', async () => {
    const text = 'deb http://deb.debian.org/debian testing main\n';
    await writeFile(at('sources.list'), text);
    await use('', '', '', 'accepted');
    assert.equal(await readFile(at('sources.list'), 'utf8'), text);
    assert.match(await readFile(at('apt.conf.d/99archive'), 'utf8'), /Check-Valid-Until/);
  });

  it('cannot be that of another distribution', async () => {
    await writeFile(at('sources.list'), 'deb http://archive.ubuntu.com/ubuntu noble main\n');
    await assert.rejects(
      use(...SNAPSHOT, ''),
      /no source of apt in this image is an archive of Debian/,
    );
    await rm(join(folder, 'apt'), { recursive: true });
    await assert.rejects(use(...SNAPSHOT, ''), /so its packages cannot come from an archive/);
  });
});
