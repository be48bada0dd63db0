/**
 * A lock that the system keeps for as long as a file is open, on systems without the program `flock`:
 * `UV_FS_O_EXLOCK` (libuv's documentation, "File open constants"; open(2) of macOS).
 */
import { closeSync, constants, openSync } from 'node:fs';

/** What it takes from the system. */
export interface ExclusiveSystem {
  readonly platform: NodeJS.Platform;
  /** Throws a system error. */
  readonly open: (path: string, flags: number) => number;
  readonly close: (file: number) => void;
}

export const OWN_SYSTEM: ExclusiveSystem = {
  platform: process.platform,
  open: (path, flags) => openSync(path, flags, 0o644),
  close: closeSync,
};

type Opened =
  | { readonly type: 'open'; readonly close: () => void }
  | { readonly type: 'held' }
  | { readonly type: 'failed'; readonly reason: string };

/** Numbers that Node does not export: of macOS, and of libuv on Windows. */
const EXCLUSIVE: Readonly<Partial<Record<NodeJS.Platform, number>>> = {
  darwin: 0x20,
  win32: 0x1000_0000,
};

/** Whether the system has this kind of lock. */
export function opensExclusively(platform: NodeJS.Platform): boolean {
  return EXCLUSIVE[platform] !== undefined;
}

/** Opens a file, unless a process has it open in this way. It does not wait. */
export function openExclusively(path: string, system: ExclusiveSystem): Opened {
  const { O_RDWR, O_CREAT, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const flags = (O_RDWR ?? 2) | (O_CREAT ?? 0) | (EXCLUSIVE[system.platform] ?? 0);
  try {
    // Without O_NONBLOCK, macOS waits for the lock; Windows never does.
    const file = system.open(path, system.platform === 'win32' ? flags : flags | O_NONBLOCK);
    let isOpen = true;
    return {
      type: 'open',
      close: () => {
        if (isOpen) system.close(file);
        isOpen = false;
      },
    };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return ['EAGAIN', 'EWOULDBLOCK', 'EBUSY'].includes(code)
      ? { type: 'held' }
      : { type: 'failed', reason: message };
  }
}
