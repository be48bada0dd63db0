/** How much of a disk a folder takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Bytes on the disk of everything below a path, without what is mounted there: 0 if there is no such
 * path, or no `du` to count.
 */
export async function diskUsage(path: string): Promise<number> {
  const child = spawn('du', ['-skx', '--', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return (Number.parseInt(output, 10) || 0) * 1024;
}

/** Such as `1.4 GiB` or `12 MiB`. Pure. */
export function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${mebibytes.toFixed(0)} MiB`;
}
