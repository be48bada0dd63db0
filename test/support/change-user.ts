/** Whether a test can act as another user. */

/**
 * False if it can; otherwise the reason for which it is skipped. Debian 13's Node refuses because its libuv
 * may use io_uring, which would keep the old user: CVE-2024-22017.
 */
export function cannotChangeUser(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    process.seteuid?.(0);
    return false;
  } catch (error) {
    return String(error);
  }
}
