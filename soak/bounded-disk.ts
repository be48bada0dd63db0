/** A disk of a fixed size, which can be filled without harm to anybody else. */
import { execFileSync } from 'node:child_process';
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

export interface BoundedDisk {
  readonly folder: string;
  /** Takes all the space that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  remove(): void;
}

/**
 * Makes a file system in a sparse file, and mounts it.
 *
 * @param scratch an empty folder
 * @throws what the programs say where this machine has no loop devices
 */
export function makeBoundedDisk(scratch: string, bytes: number): BoundedDisk {
  const image = join(scratch, 'disk.img');
  const folder = join(scratch, 'disk');
  const ballast = join(folder, 'ballast');
  closeSync(openSync(image, 'w'));
  truncateSync(image, bytes);
  // No block is kept for root, which all of this runs as.
  execFileSync('mkfs.ext4', ['-q', '-m', '0', '-i', '8192', image], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  mkdirSync(folder);
  execFileSync('mount', ['-o', 'loop', image, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        execFileSync('fallocate', ['--length', String(bavail * bsize), ballast], {
          stdio: 'ignore',
        });
      } catch {
        // Somebody took some of it meanwhile: the rest is found by writing.
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
