/** qemu-user, which runs programs of other machines: where it is, and which package of a distribution has it. */
import { readFile } from 'node:fs/promises';
import type { Platform } from '../platform.ts';
import { usualEntry } from './binfmt.ts';
import { programPath } from './debian-packages.ts';
import { needsLoader } from './elf-header.ts';
import { textOrEmpty } from './text-or-empty.ts';

/** The releases since which `qemu-user` is static; before, `qemu-user-static` is. */
const STATIC_SINCE: Readonly<Record<string, number>> = { debian: 13, ubuntu: 25.04 };

/**
 * The package with emulators that need no library of the container. Pure.
 *
 * @param osRelease the text of /etc/os-release; a Debian without a number is a later one than all others
 */
export function emulatorPackage(osRelease: string): string {
  const field = (name: string) =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const since = STATIC_SINCE[field('ID')];
  const version = field('VERSION_ID');
  if (since === undefined) return 'qemu-user-static';
  return version === '' || Number(version) >= since ? 'qemu-user' : 'qemu-user-static';
}

/** The package for this machine. */
export function ownEmulatorPackage(): string {
  return emulatorPackage(textOrEmpty('/etc/os-release'));
}

/** Where the emulator of a platform is that works in every container; undefined if there is none. */
export async function findEmulator(
  platform: Platform,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const name = usualEntry(platform);
  for (const program of [`${name}-static`, name]) {
    const path = await programPath(program, env);
    // The text that registers it has colons between its parts.
    if (path === undefined || path.includes(':')) continue;
    if (needsLoader(await readFile(path)) === false) return path;
  }
  return undefined;
}
