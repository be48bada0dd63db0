/**
 * `make soak`: measures cached cells again and again while everything around the program is killed,
 * paused and filled up at random, and checks after each round that nothing was lost, doubled, left
 * behind or false. docs/reliability.md has the figures of an hour.
 *
 * SOAK_MINUTES (60), SOAK_SEED (random, and printed), SOAK_SMALL=1 (the tests' small matrix instead of
 * the default group), SOAK_ONLY (globs, with blanks between them), SOAK_KEEP=1 (keeps the folder).
 *
 * Exit code 1 where anything was wrong, 77 where this machine does not permit a soak.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadPlan, type LoadedPlan } from '../src/app/load-plan.ts';
import { cacheFolder } from '../src/app/with-engine.ts';
import { privatePathsOf } from '../src/engine/private/private-engine.ts';
import { diskUsage } from '../src/host/disk-usage.ts';
import { takeLock } from '../src/host/file-lock.ts';
import { makeBoundedDisk } from './bounded-disk.ts';
import { leftovers, measuredSoFar } from './checks.ts';
import { Figures } from './figures.ts';
import { startPart } from './orchestrator.ts';
import { soakPlaces } from './places.ts';
import { randomFrom } from './random.ts';
import { soakRound } from './round.ts';

/** Room beside the images: for containers, journals and reports. */
const SPARE_BYTES = 1024 ** 3;
/** For images where there are none yet to be copied. */
const UNBUILT_BYTES = 12 * 1024 ** 3;

/** The exit code for a test that was skipped, as Automake has it. */
const NOT_PERMITTED = 77;

const root = fileURLToPath(new URL('..', import.meta.url));
const minutes = Number(process.env['SOAK_MINUTES'] ?? 60);
const seed = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const small = process.env['SOAK_SMALL'] === '1';
const only = (
  process.env['SOAK_ONLY'] ?? (small ? 'debian-12/cpython-3.11 debian-12/cpython-3.11-musl' : '')
)
  .split(' ')
  .filter((glob) => glob !== '');

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Where the matrix is: in this folder, or the tests' small one in its own folder. */
function matrixIn(scratch: string): { cwd: string; path: string } {
  if (!small) return { cwd: root, path: join(root, 'matrix.yaml') };
  const folder = join(scratch, 'small');
  cpSync(join(root, 'test/integration/matrices'), folder, { recursive: true });
  cpSync(join(root, 'reproduction'), join(folder, 'reproduction'), { recursive: true });
  return { cwd: folder, path: join(folder, 'small.yaml') };
}

/** Copies the images that this user has already; no other process may use them meanwhile. */
async function copyImages(from: string, to: string): Promise<void> {
  const lock = await takeLock(privatePathsOf(from).lock);
  if (lock.type !== 'taken') throw new Error(`the images in ${from} are in use: try again later`);
  try {
    mkdirSync(to, { recursive: true });
    const { execFileSync } = await import('node:child_process');
    execFileSync('cp', ['-a', privatePathsOf(from).data, join(to, 'data')]);
  } finally {
    await lock.release();
  }
}

async function main(): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'soak-'));
  const source = cacheFolder(process.env);
  const has = existsSync(privatePathsOf(source).data);
  const bytes = has ? await diskUsage(privatePathsOf(source).data) : UNBUILT_BYTES;
  const made = await makeBoundedDisk(scratch, Math.ceil(bytes * 1.1) + SPARE_BYTES);
  if (made.type === 'impossible') {
    rmSync(scratch, { recursive: true, force: true });
    print(made.permitted ? made.reason : `The soak is skipped. ${made.reason}`);
    return made.permitted ? 1 : NOT_PERMITTED;
  }
  const { disk } = made;
  const places = soakPlaces(disk.folder, scratch, matrixIn(scratch));
  mkdirSync(places.temporary);
  const figures = new Figures(seed);
  // Ctrl-C lets the round finish, and shows the figures so far.
  const end = { at: Infinity };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      print('the last round');
      end.at = 0;
    });
  }
  try {
    print(`seed ${seed}, ${minutes} minutes, in ${scratch}`);
    if (has) {
      print(`copying ${(bytes / 2 ** 30).toFixed(1)} GiB of images from ${source}`);
      await copyImages(source, places.engine.folder);
    }
    const choice = { group: undefined, only, skip: [] };
    const loaded: LoadedPlan = await loadPlan({ matrix: places.matrix, ...choice });
    print('once without any trouble, so that every image is there');
    const first = startPart(places, false, only);
    const { status } = await first.ended;
    const measured = await measuredSoFar(places, loaded);
    // On a machine that has other things to do, a cell may stay inconclusive.
    if (![0, 3].includes(status ?? -1) || typeof measured !== 'object') {
      print(
        `the run without trouble ended with ${String(status)}: ${first.printed().slice(-2000)}`,
      );
      return 1;
    }
    const left = leftovers(places);
    if (left.length > 0) figures.wrong(`left by the first run: ${left.join('; ')}`);

    const random = randomFrom(seed);
    end.at = performance.now() + minutes * 60_000;
    figures.start();
    while (performance.now() < end.at) {
      await soakRound({ places, loaded, disk, random, only, end, figures, print });
    }
    figures.stop();
    const summary = figures.summary();
    const file = join(tmpdir(), `soak-${seed}.json`);
    writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
    print(`\n${figures.text()}\n\nfigures: ${file}`);
    return summary.wrong.length > 0 ? 1 : 0;
  } finally {
    // Leftovers of the last program are still being removed.
    await sleep(500);
    if (process.env['SOAK_KEEP'] === '1') {
      print(`kept: ${scratch} (umount ${disk.folder} before it is removed)`);
    } else {
      disk.remove();
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

process.exitCode = await main();
