/** Root file systems of Debian releases, in which tests find other versions of programs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cacheFolder } from '../../src/app/with-engine.ts';
import { missingPackages } from '../../src/host/debian-packages.ts';

/** A release and the packages that its root has. */
export interface DebianRelease {
  readonly suite: string;
  readonly packages: readonly string[];
}

const rootsFolder = () => join(cacheFolder(process.env), 'test-roots');

/**
 * Makes the root of a release by mmdebstrap, unless the cache folder has it from before.
 *
 * @returns false; or the reason for which it cannot be made here, and its tests are skipped
 */
export async function cannotMakeRoot({ suite, packages }: DebianRelease): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const bootstrapper = { package: 'mmdebstrap', program: 'mmdebstrap' };
  if ((await missingPackages([bootstrapper], process.env)).length > 0) {
    return 'needs apt-get install mmdebstrap';
  }
  const folder = join(rootsFolder(), suite);
  if (existsSync(folder)) return false;
  mkdirSync(rootsFolder(), { recursive: true });
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  process.stderr.write(`Making a root of Debian ${suite} in ${folder}.\n`);
  const child = spawn(
    'mmdebstrap',
    [
      '--variant=minbase',
      '--format=directory',
      `--include=${packages.join(',')}`,
      '--dpkgopt=force-unsafe-io',
      // Testing and unstable on a mirror that is not updated for a while; their signatures still count.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      suite,
      unfinished,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    return `mmdebstrap cannot make Debian ${suite}: ${said.trim().split('\n').at(-1) ?? ''}`;
  }
  await rename(unfinished, folder);
  return false;
}

/**
 * A shell script that starts its arguments with /usr of a release in place of this machine's, and with
 * all other folders as they are. It belongs in a mount namespace of its own. Pure.
 */
export function withUsrOf({ suite }: DebianRelease): string {
  return `mount --bind '${join(rootsFolder(), suite, 'usr')}' /usr && exec "$@"`;
}

/** The cache folder's parent for what is made with the programs of a release. */
export function cacheWith({ suite }: DebianRelease): string {
  return join(rootsFolder(), `${suite}.cache`);
}
