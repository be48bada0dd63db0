/** Sets of small numbers, a bit each. Pure. */

export type Bits = Uint32Array;

/** Room for the numbers below `size`. */
export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >> 5);
}

export function addBit(bits: Bits, number: number): void {
  bits[number >> 5] = (bits[number >> 5] ?? 0) | (1 << (number & 31));
}

export function hasBit(bits: Bits, number: number): boolean {
  return ((bits[number >> 5] ?? 0) & (1 << (number & 31))) !== 0;
}

export function hasNoBits(bits: Bits): boolean {
  for (const word of bits) if (word !== 0) return false;
  return true;
}

export function isWithin(a: Bits, b: Bits): boolean {
  for (let index = 0; index < a.length; index += 1) {
    if (((a[index] ?? 0) & ~(b[index] ?? 0)) !== 0) return false;
  }
  return true;
}

/** Whether a number is in all of these sets, of which there is at least one. */
export function shareBit(sets: readonly Bits[]): boolean {
  const [first, ...others] = sets;
  for (let index = 0; index < (first?.length ?? 0); index += 1) {
    let word = first?.[index] ?? 0;
    for (const other of others) word &= other[index] ?? 0;
    if (word !== 0) return true;
  }
  return false;
}

/** The numbers of `a` that are in `b` as well. */
export function both(a: Bits, b: Bits): Bits {
  const common = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index += 1) {
    common[index] = (a[index] ?? 0) & (b[index] ?? 0);
  }
  return common;
}

/** The numbers of `a` that are not in `b`. */
export function minus(a: Bits, b: Bits): Bits {
  const left = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index += 1) {
    left[index] = (a[index] ?? 0) & ~(b[index] ?? 0);
  }
  return left;
}

/** The numbers in ascending order. */
export function membersOf(bits: Bits): number[] {
  const members: number[] = [];
  for (let index = 0; index < bits.length; index += 1) {
    for (let rest = bits[index] ?? 0; rest !== 0; rest &= rest - 1) {
      members.push(index * 32 + (31 - Math.clz32(rest & -rest)));
    }
  }
  return members;
}
