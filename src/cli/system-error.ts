/** Errors of the machine that no argument can fix. Pure. */

/** The codes from errno(3) that concern the machine's state and not the request. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', "This user's disk quota is used up"],
  ['EROFS', 'The file system is read-only'],
  ['EIO', 'The disk cannot be read or written'],
  ['EMFILE', 'This program has too many open files (ulimit -n)'],
  ['ENFILE', 'The machine has too many open files'],
  ['ENOMEM', 'The machine is out of memory'],
  ['EACCES', 'This user has no permission for that'],
  ['EPERM', 'This user has no permission for that'],
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
