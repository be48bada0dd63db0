/**
 * Interpreters that the kernel starts for the programs of other machines (binfmt_misc, see the kernel's
 * "Kernel Support for miscellaneous Binary Formats"), and those that this process adds for a while. The
 * kernel has one list of them for all containers.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PLATFORM_NAMES, type Platform } from '../platform.ts';
import { elfPattern } from './elf-header.ts';
import { ownProcess, processState } from './process-identity.ts';
import { textOrEmpty } from './text-or-empty.ts';

/** Where the kernel shows them. */
export const BINFMT = '/proc/sys/fs/binfmt_misc';

/** The source of a mount that this program made, by which it is known. */
const MOUNT_SOURCE = 'race-matrix';
const PREFIX = 'race-matrix+';
/** The kernel's own files in that folder. */
const CONTROLS = ['register', 'status'];

/** An interpreter that the kernel may start. */
interface BinfmtEntry {
  /** Of its entry. */
  readonly name: string;
  readonly isEnabled: boolean;
  /** Such as `OCF`. */
  readonly flags: string;
}

/** The name of the entry that this process adds for a platform. */
function ownEntry(platform: Platform): string {
  return `${PREFIX}${ownProcess().replaceAll('/', '+')}+${usualEntry(platform)}`;
}

/** The entry's name for a platform in qemu's packages, such as `qemu-s390x`. Pure. */
export function usualEntry(platform: Platform): string {
  return `qemu-${PLATFORM_NAMES[platform].qemu}`;
}

/** An entry as the kernel describes it; undefined for a text that is none. Pure. */
export function parseEntry(name: string, text: string): BinfmtEntry | undefined {
  const state = /^(enabled|disabled)$/m.exec(text)?.[1];
  if (state === undefined) return undefined;
  const flags = /^flags: *(\w*)$/m.exec(text)?.[1] ?? '';
  return { name, isEnabled: state === 'enabled', flags };
}

/** The interpreters for a platform, those that work in containers first; none if nothing is mounted. */
export function interpretersFor(platform: Platform, folder = BINFMT): readonly BinfmtEntry[] {
  return [usualEntry(platform), ownEntry(platform)]
    .flatMap((name) => parseEntry(name, textOrEmpty(join(folder, name))) ?? [])
    .sort((a, b) => Number(worksInContainers(b)) - Number(worksInContainers(a)));
}

/** Without the flag F the interpreter would have to be in every container. Pure. */
export function worksInContainers({ isEnabled, flags }: BinfmtEntry): boolean {
  return isEnabled && flags.includes('F');
}

/** Whether interpreters are disabled in the kernel. */
export function isSwitchedOff(folder = BINFMT): boolean {
  return textOrEmpty(join(folder, 'status')).trim() === 'disabled';
}

/**
 * The line that is written to `register` for an interpreter. Pure.
 *
 * @param path of a static program; the kernel opens it at once (flag F)
 * @param keepsName whether the program gets the name that it was started by (flag P); qemu
 *   understands the kernel's flag since Linux 5.12
 */
export function registration(
  name: string,
  platform: Platform,
  path: string,
  keepsName: boolean,
): string {
  const { magic, mask } = elfPattern(platform);
  const escaped = (bytes: Uint8Array) =>
    [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const flags = keepsName ? 'PF' : 'F';
  return ['', name, 'M', '', escaped(magic), escaped(mask), path, flags].join(':');
}

/** Whether a kernel reports flag P to interpreters. Pure. @param release such as `6.1.0-40-amd64` */
export function tellsOfNames(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 12);
}

/**
 * Adds interpreters under names of this process. Existing entries stay; the kernel tries the newest
 * first.
 *
 * @param paths of static programs, by the platform whose programs they run
 * @throws a system error if that is not permitted, or the kernel has no binfmt_misc; nothing is left
 *   behind then
 */
export function addInterpreters(
  paths: ReadonlyMap<Platform, string>,
  release: string,
  folder = BINFMT,
): void {
  if (!isMounted(folder)) {
    const { error, stderr } = spawnSync('mount', ['-t', 'binfmt_misc', MOUNT_SOURCE, folder], {
      encoding: 'utf8',
    });
    if (!isMounted(folder)) {
      const why = error?.message ?? stderr.trim();
      throw new Error(`binfmt_misc cannot be mounted on ${folder}: ${why}`);
    }
  }
  try {
    for (const [platform, path] of paths) {
      const line = registration(ownEntry(platform), platform, path, tellsOfNames(release));
      writeFileSync(join(folder, 'register'), line);
    }
  } catch (error) {
    removeInterpreters(folder);
    throw error;
  }
}

/** Takes away what this process added. Synchronous, for the end of a process. */
export function removeInterpreters(folder = BINFMT): void {
  removeEntries(
    folder,
    entriesOf(folder, (owner) => owner === ownProcess()),
  );
}

/** Takes away what processes added that are gone. @returns how many entries */
export function removeDeadInterpreters(folder = BINFMT): number {
  const dead = entriesOf(folder, (owner) => processState(owner) === 'dead');
  if (dead.length > 0) removeEntries(folder, dead);
  return dead.length;
}

/** The names of this program's entries that were added by such processes. */
function entriesOf(folder: string, isWanted: (owner: string) => boolean): readonly string[] {
  const ownerOf = (name: string) => name.slice(PREFIX.length).split('+').slice(0, -1).join('/');
  return entriesIn(folder).filter((name) => name.startsWith(PREFIX) && isWanted(ownerOf(name)));
}

function removeEntries(folder: string, names: readonly string[]): void {
  for (const name of names) {
    if (entriesIn(folder).includes(name)) writeFileSync(join(folder, name), '-1');
  }
  const isOurs = mountSource(folder, textOrEmpty('/proc/self/mountinfo')) === MOUNT_SOURCE;
  // Another run may have added its own to the mount of this one. The last one unmounts it.
  if (isOurs && entriesIn(folder).length === 0) spawnSync('umount', [folder], { stdio: 'ignore' });
}

/** The source of what is mounted on a folder, as /proc/self/mountinfo lists it. Pure. */
export function mountSource(folder: string, mountinfo: string): string | undefined {
  const line = mountinfo.split('\n').findLast((one) => one.split(' ')[4] === folder);
  return line?.split(' - ')[1]?.split(' ')[1];
}

function entriesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !CONTROLS.includes(name));
  } catch {
    return [];
  }
}

function isMounted(folder: string): boolean {
  return existsSync(join(folder, 'register'));
}
