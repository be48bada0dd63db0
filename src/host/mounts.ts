/** Mounts below a folder, and the removal of a folder that has some. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** The mounts below a folder, innermost first, as /proc/self/mountinfo lists them. Pure. */
export function mountsBelow(folder: string, mountinfo: string): string[] {
  return (
    mountinfo
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      // The kernel writes blanks and backslashes as three octal digits.
      .map((path) =>
        path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
          String.fromCharCode(Number.parseInt(digits, 8)),
        ),
      )
      .filter((path) => path === folder || path.startsWith(`${folder}/`))
      .reverse()
  );
}

/**
 * Removes a folder of run-time state. Mounts in it are unmounted first, because removing through a
 * mount would remove the mounted files.
 */
export async function removeRunFolder(folder: string, platform = process.platform): Promise<void> {
  // Only on Linux does this program mount anything.
  if (platform === 'linux') {
    const mounts = () => mountsBelow(folder, readFileSync('/proc/self/mountinfo', 'utf8'));
    for (const mount of mounts()) spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' });
    if (mounts().length > 0) return;
  }
  await rm(folder, { recursive: true, force: true });
}
