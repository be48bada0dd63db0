import type { Result } from '../result.ts';
import type { RefusedFile } from '../yaml-file/read-text.ts';

/** An error that the user can fix: shown as its message, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The exit status: 2 for arguments and matrix.yaml, 4 where there is no engine; see exit-status.ts. */
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

/**
 * The value of a result.
 *
 * @param explain the message for the user, if it failed
 * @throws UserError with that message
 */
export function unwrap<Value, Failure>(
  result: Result<Value, Failure>,
  explain: (error: Failure) => string,
): Value {
  if (result.ok) return result.value;
  throw new UserError(explain(result.error));
}

/**
 * The value of a file that was read.
 *
 * @throws UserError with every diagnostic; what draws them is loaded only for it
 */
export async function unwrapFile<Value>(read: Result<Value, RefusedFile>): Promise<Value> {
  if (read.ok) return read.value;
  const { renderRefusal } = await import('../yaml-file/render-diagnostic.ts');
  throw new UserError(renderRefusal(read.error));
}
