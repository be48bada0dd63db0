/** qemu-user, which runs programs of other machines: where it is, and which package of a distribution has it. */
import { open } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { QEMU_NAMES, type Platform } from '../platform.ts';
import { programPath } from './debian-packages.ts';
import { needsLoader } from './elf-header.ts';

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
  try {
    return emulatorPackage(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return emulatorPackage('');
  }
}

/** Where the emulator of a platform is that works in every container; undefined if there is none. */
export async function findEmulator(
  platform: Platform,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const name = `qemu-${QEMU_NAMES[platform]}`;
  for (const program of [`${name}-static`, name]) {
    const path = await programPath(program, env);
    // The text that registers it has colons between its parts.
    if (path === undefined || path.includes(':')) continue;
    if (needsLoader(await firstBytes(path)) === false) return path;
  }
  return undefined;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4096) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
