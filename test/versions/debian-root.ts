/** Root file systems of Debian releases, in which tests find other versions of programs. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cacheFolder } from '../../src/app/with-engine.ts';
import {
  BOOTSTRAP_PACKAGES,
  installCommand,
  missingPackages,
} from '../../src/host/debian-packages.ts';
import { shellWord } from '../../src/text/shell-word.ts';

/** A release and the packages that its root has. */
export interface DebianRelease {
  /** Of the root; another root of the same name replaces it. */
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
}

const rootsFolder = () => join(cacheFolder(process.env), 'test-roots');

/** The folder of the root of a release; other packages make another root. */
export function rootOf({ name, packages }: DebianRelease): string {
  const digest = createHash('sha256').update(packages.join()).digest('hex');
  return join(rootsFolder(), `${name}-${digest.slice(0, 8)}`);
}

/**
 * Makes the root of a release by mmdebstrap, unless the cache folder has it from before. A root of the same
 * name with other packages is removed.
 *
 * @returns false; or the reason for which it cannot be made here
 */
export async function cannotMakeRoot(release: DebianRelease): Promise<string | false> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const missing = await missingPackages(BOOTSTRAP_PACKAGES, process.env);
  if (missing.length > 0) return `needs ${installCommand(missing)}`;
  const { name, suite, packages } = release;
  const folder = rootOf(release);
  if (existsSync(folder)) return false;
  mkdirSync(rootsFolder(), { recursive: true });
  // Another process may be making the same.
  const unfinished = `${folder}.${process.pid}`;
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
  const [printed] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    return `mmdebstrap cannot make Debian ${suite}: ${printed.trim().split('\n').at(-1) ?? ''}`;
  }
  await rename(unfinished, folder);
  const former = (await readdir(rootsFolder())).filter(
    (one) => one.startsWith(`${name}-`) && !one.startsWith(basename(folder)),
  );
  for (const one of former) await rm(join(rootsFolder(), one), { recursive: true, force: true });
  return false;
}

/**
 * A shell script that starts its arguments with the programs of a release in place of this machine's, and
 * with all other folders as they are. It belongs in a mount namespace of its own. Pure.
 */
export function withProgramsOf(release: DebianRelease): string {
  const root = shellWord(rootOf(release));
  // The settings of Podman are a part of it, and `cc` is an alternative.
  const folders = ['usr', 'etc/alternatives', 'etc/containers'].map(
    (folder) => `mkdir -p /${folder} && mount --bind ${root}/${folder} /${folder}`,
  );
  return [...folders, 'exec "$@"'].join(' && ');
}

/** The cache folder's parent for what is made with the programs of a release. */
export function cacheWith(release: DebianRelease): string {
  return `${rootOf(release)}.cache`;
}
