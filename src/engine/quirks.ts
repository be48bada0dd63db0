/** In what ways an engine differs from Docker, learnt from the first container that it refuses. Pure. */
import type { CallFailure } from './failure.ts';

/** What is known of an engine. */
export interface Quirks {
  /**
   * Where the output of a container is read from: the connection that was attached before the start,
   * so that nothing is stored, or the engine's log of it.
   */
  readonly output: 'attached' | 'logged';
  /** Whether each container has to state a limit of its user's processes. */
  readonly statesProcessLimit: boolean;
}

/** What Docker needs, and what is assumed first. */
export const NO_QUIRKS: Quirks = { output: 'attached', statesProcessLimit: false };

/**
 * What a refusal teaches, or undefined where it teaches nothing new.
 *
 * - Podman 4.3 answers 409 to attaching before the start.
 * - Podman gives root's containers a limit of 1,048,576 processes a user, which a machine whose own
 *   limit is lower, and which may not raise it, refuses at the start.
 *
 * @param known what was known when the container was made; other containers may have learnt meanwhile
 */
export function learn(
  known: Quirks,
  step: 'attach' | 'start',
  failure: CallFailure,
): Partial<Quirks> | undefined {
  if (failure.type !== 'refused') return undefined;
  if (step === 'attach' && failure.status === 409 && known.output === 'attached') {
    return { output: 'logged' };
  }
  const processLimit = /rlimit type 6\b|RLIMIT_NPROC/.test(failure.message);
  if (step === 'start' && processLimit && !known.statesProcessLimit) {
    return { statesProcessLimit: true };
  }
  return undefined;
}
