/** Why something cannot be taken in, in words for the person who handed it in. */

/** One sentence on what happened and to what, and the command or the change that helps. */
export interface IntakeProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Carries a problem up to `takeIn`, which returns it as a value. */
export class IntakeError extends Error {
  override readonly name = 'IntakeError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
};

/** A system error in words; undefined for anything else, which is a bug. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const code = String(error.code);
  return REASONS[code] ?? code;
}
