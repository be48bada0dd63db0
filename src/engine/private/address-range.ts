/** An IPv4 range for the private engine's bridge that nothing on this machine uses. Pure. */

/** A range by its first address and its length in bits. */
interface AddressRange {
  readonly network: number;
  readonly bits: number;
}

/** Small ranges in parts of the private space that are rarely used. */
const CANDIDATES: readonly AddressRange[] = [
  ...between(10, 223, 64, 16),
  ...between(172, 31, 224, 16),
  ...between(192, 168, 213, 16),
];

function between(a: number, b: number, c: number, count: number): AddressRange[] {
  return Array.from({ length: count }, (_, i) => ({
    network: ((a << 24) | (b << 16) | ((c + i) << 8)) >>> 0,
    bits: 24,
  }));
}

/**
 * The ranges that the kernel routes, without the default route.
 *
 * @param table the text of /proc/net/route: addresses are hexadecimal, in the machine's byte order,
 *   which is little-endian on every architecture that Docker runs on but s390x
 */
export function routedRanges(table: string): AddressRange[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.split('\t');
      const [destination, mask] = [columns[1], columns[7]];
      if (destination === undefined || mask === undefined) return [];
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      return bits === 0 ? [] : [{ network: Buffer.from(destination, 'hex').readUInt32LE(), bits }];
    });
}

/** The first range that overlaps with none of those in use; undefined if all do. */
export function freeRange(used: readonly AddressRange[]): AddressRange | undefined {
  return CANDIDATES.find((candidate) => !used.some((range) => overlap(candidate, range)));
}

function overlap(left: AddressRange, right: AddressRange): boolean {
  const bits = Math.min(left.bits, right.bits);
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return (left.network & mask) >>> 0 === (right.network & mask) >>> 0;
}

/** The first usable address of a range, as `10.223.64.1/24`. */
export function firstAddress(range: AddressRange): string {
  const address = range.network + 1;
  const parts = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
  return `${parts.join('.')}/${range.bits}`;
}
