/** Which platforms' programs the engine's host runs: by its processor, by an emulator, or not at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { EngineDescription, StoredImage } from '../engine/engine.ts';
import {
  BINFMT,
  interpretersFor,
  isSwitchedOff,
  usualEntry,
  worksInContainers,
} from '../host/binfmt.ts';
import { ELF_HEADERS } from '../host/elf-header.ts';
import { ownEmulatorPackage } from '../host/emulators.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../host/temporary-folder.ts';
import { isNativeOn, platformOf, type Platform } from '../platform.ts';

export type PlatformSupport =
  | { readonly type: 'native' }
  | { readonly type: 'emulated'; readonly by: string }
  /** The engine is on another machine, so only a trial can show it. */
  | { readonly type: 'unknown' }
  | { readonly type: 'none'; readonly reason: string };

/**
 * How the engine's host runs the programs of a platform.
 *
 * @param host as the engine describes it
 * @param binfmt the folder in which the kernel shows the interpreters that it starts
 */
export async function checkPlatformSupport(
  platform: Platform,
  host: Pick<EngineDescription['host'], 'arch' | 'kernel'>,
  binfmt = BINFMT,
): Promise<PlatformSupport> {
  const own = platformOf(host.arch);
  if (platform === own) return { type: 'native' };
  if (host.kernel !== release()) return { type: 'unknown' };
  if (isNativeOn(platform, own) && (await runs(platform))) return { type: 'native' };
  return emulation(platform, binfmt);
}

function emulation(platform: Platform, binfmt: string): PlatformSupport {
  const [first] = interpretersFor(platform, binfmt);
  const isOff = isSwitchedOff(binfmt);
  if (first && worksInContainers(first) && !isOff) return { type: 'emulated', by: first.name };
  const name = usualEntry(platform);
  const why = isOff
    ? 'and binfmt_misc is switched off. To switch it on: echo 1 > /proc/sys/fs/binfmt_misc/status'
    : first === undefined
      ? `and binfmt_misc has no ${name}`
      : `and the ${name} of binfmt_misc is disabled or lacks the flag F`;
  return {
    type: 'none',
    reason: `this host cannot run ${platform}: its processor and kernel do not, ${why}${isOff ? '' : `. ${emulationAdvice()}`}`,
  };
}

/** Advice to make the rows of other platforms measurable, in a sentence without a full stop. */
export function emulationAdvice(): string {
  return `As root, --install installs ${ownEmulatorPackage()} and registers it until the run ends`;
}

/**
 * Why a row cannot be measured; undefined if it can. Pure.
 *
 * @param platform of the row
 * @param compiled what has to be compiled for it; a script's own programs, which are small, do not count
 */
export function obstacleOf(
  support: PlatformSupport,
  platform: Platform,
  compiled: 'python' | 'programs' | undefined,
): string | undefined {
  if (support.type === 'none') return support.reason;
  if (support.type !== 'emulated' || compiled === undefined) return undefined;
  const what = compiled === 'python' ? 'its Python is' : 'its C programs are';
  return `${what} compiled only where the platform runs natively, and this host emulates ${platform}`;
}

/** The platform that an image states, where it is another one than the engine's own. */
export function foreignPlatform(
  { description }: { readonly description: EngineDescription },
  { platform }: Pick<StoredImage, 'platform'>,
): Platform | undefined {
  return platform === platformOf(description.host.arch) ? undefined : platform;
}

/** `mov r7, #1; mov r0, #0; svc 0`, and the same for x86: programs that end with 0. */
const PROGRAMS: Readonly<Partial<Record<Platform, readonly number[]>>> = {
  'linux/386': [0x31, 0xc0, 0x40, 0x31, 0xdb, 0xcd, 0x80],
  'linux/arm/v7': [0x01, 0x70, 0xa0, 0xe3, 0x00, 0x00, 0xa0, 0xe3, 0x00, 0x00, 0x00, 0xef],
};

/** Whether a program of the platform runs here, found out by running the smallest one. */
async function runs(platform: Platform): Promise<boolean> {
  const program = PROGRAMS[platform];
  if (!program) return false;
  const folder = await makeTemporaryFolder('platform');
  try {
    const path = join(folder, 'program');
    await writeFile(path, smallestElf(ELF_HEADERS[platform].machine, program), { mode: 0o755 });
    const child = spawn(path, { stdio: 'ignore', timeout: 5000 });
    const [status] = (await once(child, 'close')) as [number | null];
    return status === 0;
  } catch {
    return false;
  } finally {
    await removeTemporaryFolder(folder);
  }
}

/** A static program of 32 bits, little-endian: its two headers, and its code right behind them. */
function smallestElf(machine: number, code: readonly number[]): Buffer {
  const [headers, address] = [52 + 32, 0x10000];
  const elf = Buffer.alloc(headers + code.length);
  elf.write('\x7fELF\x01\x01\x01', 'latin1');
  const size = elf.length;
  // e_type (executable), e_machine; e_version, e_entry, e_phoff; e_shoff and the flags of ARM's EABI 5.
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(machine, 18);
  [1, address + headers, 52, 0, machine === 40 ? 0x05000000 : 0].forEach((value, index) => {
    elf.writeUInt32LE(value, 20 + 4 * index);
  });
  // e_ehsize, e_phentsize, e_phnum.
  [52, 32, 1].forEach((value, index) => {
    elf.writeUInt16LE(value, 40 + 2 * index);
  });
  // PT_LOAD of the whole file, to be read and executed.
  [1, 0, address, address, size, size, 5, 0x1000].forEach((value, index) => {
    elf.writeUInt32LE(value, 52 + 4 * index);
  });
  elf.set(code, headers);
  return elf;
}
