/** A disk of a fixed size, which can be filled without affecting anything else. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { installCommand, missingPackages, programPath } from '../src/host/debian-packages.ts';
import { SOAK_PACKAGES } from '../scripts/test-packages.ts';

export interface BoundedDisk {
  readonly folder: string;
  /** Takes all the space that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  remove(): void;
}

export type DiskOutcome =
  | { readonly type: 'made'; readonly disk: BoundedDisk }
  /** `permitted` is false if the machine refuses, whatever is installed on it. */
  | { readonly type: 'impossible'; readonly reason: string; readonly permitted: boolean };

/**
 * Makes a file system in a sparse file, and mounts it.
 *
 * @param scratch an empty folder
 */
export async function makeBoundedDisk(scratch: string, bytes: number): Promise<DiskOutcome> {
  const missing = await missingPackages(SOAK_PACKAGES, process.env);
  if (missing.length > 0) {
    const reason = `The disk of the soak needs packages that are not installed. Run: ${installCommand(missing)}`;
    return { type: 'impossible', reason, permitted: true };
  }
  const image = join(scratch, 'disk.img');
  const folder = join(scratch, 'disk');
  closeSync(openSync(image, 'w'));
  truncateSync(image, bytes);
  // No block is kept for root, which all of this runs as.
  const mkfs = (await programPath('mkfs.ext4', process.env)) ?? 'mkfs.ext4';
  execFileSync(mkfs, ['-q', '-m', '0', '-i', '8192', image], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  mkdirSync(folder);
  const { status, stderr } = spawnSync('mount', ['-o', 'loop', image, folder], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(image);
    const reason = `This machine does not permit a disk in a file: ${stderr.trim()}`;
    return { type: 'impossible', reason, permitted: false };
  }
  return { type: 'made', disk: mountedDisk(image, folder) };
}

function mountedDisk(image: string, folder: string): BoundedDisk {
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        execFileSync('fallocate', ['--length', String(bavail * bsize), ballast], {
          stdio: 'ignore',
        });
      } catch {
        // Another process took some of it meanwhile: the rest is found by writing.
      }
      const file = openSync(ballast, 'a');
      try {
        for (const piece of [1 << 20, 4096]) {
          const zeros = Buffer.alloc(piece);
          for (;;) if (writeSync(file, zeros) < piece) break;
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free() {
      rmSync(ballast, { force: true });
    },
    remove() {
      rmSync(ballast, { force: true });
      execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
      rmSync(image, { force: true });
    },
  };
}
