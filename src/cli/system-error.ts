/** What a machine refuses that no argument can fix. Pure. */

/** From errno(3), those that speak of the machine's state and not of what was asked of it. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'The quota of this user is used up'],
  ['EROFS', 'The file system is read-only'],
  ['EIO', 'The disk cannot be read or written'],
  ['EMFILE', 'This program has as many files open as it may (ulimit -n)'],
  ['ENFILE', 'The machine has as many files open as it may'],
  ['ENOMEM', 'The machine is out of memory'],
  ['EACCES', 'This user may not do that'],
  ['EPERM', 'This user may not do that'],
]);

/**
 * A sentence for a system call that failed for a reason of the machine's.
 *
 * @returns undefined for every other error, which is a bug if it was not caught
 */
export function systemErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const words = WORDS.get(String(error.code));
  return words === undefined ? undefined : `${words}: ${error.message}`;
}
