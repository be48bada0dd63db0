/** Random choices that a seed repeats. */

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  pick<T>(list: readonly T[]): T;
  between(low: number, high: number): number;
}

/**
 * A generator of 32 bits of state (mulberry32, by Tommy Ettinger, in the public domain): far from good
 * enough for anything but choosing what to break next.
 *
 * @param seed an integer
 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick<T>(list: readonly T[]): T {
      const chosen = list[Math.floor(next() * list.length)];
      if (chosen === undefined) throw new RangeError('nothing to choose from');
      return chosen;
    },
    between: (low, high) => low + next() * (high - low),
  };
}
