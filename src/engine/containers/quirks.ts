/** In what ways an engine differs from Docker, mostly learnt from the first container that it refuses. Pure. */
import type { CallFailure } from '../failure.ts';

/** Known quirks of an engine. */
export interface Quirks {
  /** Whether each container has to state a limit of its user's processes. */
  readonly statesProcessLimit: boolean;
  /** Whether its host has no IPv6 whose loopback address a container could have. */
  readonly lacksIpv6: boolean;
  /**
   * Whether its host has control groups of version 2. Each container then has to ask for a namespace
   * of its own, or it may not see how often it reached its limits.
   */
  readonly unifiedCgroups: boolean;
}

/** The settings for Docker, which are assumed first. */
export const NO_QUIRKS: Quirks = {
  statesProcessLimit: false,
  lacksIpv6: false,
  unifiedCgroups: false,
};

/** The known quirks of an engine; each container may add to them. */
export interface RunMemory {
  quirks: Quirks;
}

/**
 * Adds to the memory what a refusal shows.
 *
 * Podman gives root's containers a limit of 1,048,576 processes a user. A machine whose own limit is
 * lower, and which may not raise it, refuses that when the container is prepared: Podman answers 409
 * to attaching, or 500 to starting.
 *
 * @param known the known quirks when the container was made; other containers may have added some
 * since
 * @returns whether that was anything new, so that another container may fare better
 */
export function remember(memory: RunMemory, known: Quirks, failure: CallFailure): boolean {
  if (failure.type !== 'refused') return false;
  if (/rlimit type 6\b|RLIMIT_NPROC/.test(failure.message) && !known.statesProcessLimit) {
    memory.quirks = { ...memory.quirks, statesProcessLimit: true };
    return true;
  }
  if (failure.message.includes('disable_ipv6') && !known.lacksIpv6) {
    memory.quirks = { ...memory.quirks, lacksIpv6: true };
    return true;
  }
  return false;
}
