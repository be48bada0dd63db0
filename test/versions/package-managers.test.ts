/**
 * The recipes for images of other distributions, with their real package managers. Debian packages these;
 * the packages that they install here are empty ones, in repositories on this disk.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { cannotMakeRoot, rootOf, type DebianRelease } from './debian-root.ts';
import { runShell } from './releases.ts';
import { shellWord } from '../../src/text/shell-word.ts';

const MANAGERS: DebianRelease = {
  name: 'package-managers',
  suite: 'trixie',
  packages: [
    ...['dnf', 'zypper', 'rpm', 'createrepo-c'],
    ...['pacman-package-manager', 'makepkg', 'libarchive-tools', 'zstd'],
  ],
};

const RPM_REPOSITORY = String.raw`
for name in strace bash; do
  printf '%s\n' "Name: $name" 'Version: 1' 'Release: 1' 'Summary: x' 'License: x' 'BuildArch: noarch' \
    '%description' x '%files' > $name.spec
  rpmbuild -bb --quiet --define '_topdir /tmp/rpm' $name.spec
done
createrepo_c -q /tmp/rpm/RPMS
`;

/** How the repository is made known to each package manager, and how it lists what it installed. */
const PLAYS: Readonly<Record<string, { readonly prepare: string; readonly list: string }>> = {
  dnf: {
    prepare: String.raw`${RPM_REPOSITORY}
mkdir -p /etc/yum.repos.d
printf '[local]\nname=local\nbaseurl=file:///tmp/rpm/RPMS\ngpgcheck=0\n' > /etc/yum.repos.d/local.repo`,
    list: 'rpm -q strace bash',
  },
  zypper: {
    prepare: `${RPM_REPOSITORY}
zypper --non-interactive addrepo -G file:///tmp/rpm/RPMS local`,
    list: 'rpm -q strace bash',
  },
  pacman: {
    prepare: String.raw`
mkdir pacman && cd pacman
for name in strace bash; do
  printf '%s = %s\n' pkgname $name pkgver 1-1 pkgdesc x arch any size 0 builddate 1 packager x url x > .PKGINFO
  tar -cf - .PKGINFO | zstd -q > $name-1-1-any.pkg.tar.zst
  repo-add -q test.db.tar.gz $name-1-1-any.pkg.tar.zst
done
printf '[options]\nArchitecture = auto\nSigLevel = Never\n[test]\nServer = file:///tmp/pacman\n' > /etc/pacman.conf`,
    list: 'pacman -Q strace bash',
  },
};

/** Runs a script in the root, of which nothing is changed on the disk. */
function runInRoot(script: string): ReturnType<typeof runShell> {
  const root = shellWord(rootOf(MANAGERS));
  const mounts = [
    'mount -t tmpfs tmpfs /mnt',
    'mkdir /mnt/up /mnt/work /mnt/root',
    `mount -t overlay -o lowerdir=${root},upperdir=/mnt/up,workdir=/mnt/work overlay /mnt/root`,
    'mount -t proc proc /mnt/root/proc',
    `exec chroot /mnt/root sh -ec ${shellWord(`cd /tmp\n${script}`)} 2>&1`,
  ].join(' && ');
  return runShell(`unshare --mount sh -c ${shellWord(mounts)}`, {});
}

/** The first command of a recipe. */
async function commandOf(recipe: string): Promise<string> {
  const path = new URL(`../../images/${recipe}/Dockerfile`, import.meta.url);
  const [, command] = /^RUN (.*)/ms.exec(await readFile(path, 'utf8')) ?? [];
  assert.ok(command, recipe);
  return command;
}

describe('a recipe', () => {
  before(async () => {
    assert.equal(await cannotMakeRoot(MANAGERS), false);
  });

  for (const [manager, { prepare, list }] of Object.entries(PLAYS)) {
    for (const [recipe, variable] of [
      [`${manager}-package`, 'PACKAGE=bash'],
      ['packages', 'PACKAGES="strace bash"'],
    ] as const) {
      it(`named ${recipe} installs packages with ${manager}`, async () => {
        // The root has other managers besides, and apt-get is asked first.
        const others = ['apt-get', ...Object.keys(PLAYS)].filter((name) => name !== manager);
        const hide = others.map((name) => `rm -f /usr/bin/${name}`).join('\n');
        const command = await commandOf(recipe);
        const { status, output } = await runInRoot(
          `${prepare}\n${hide}\n${variable}\n${command}\n${list}`,
        );
        assert.equal(status, 0, output);
        assert.match(output, /^strace[ -]1-1/m);
        assert.match(output, /^bash[ -]1-1/m);
      });
    }
  }
});
