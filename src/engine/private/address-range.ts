/** An IPv4 range for the private engine's bridge that nothing on this machine uses. Pure. */
import { BlockList } from 'node:net';

/** A range by its first address and its length in bits. */
interface AddressRange {
  readonly network: string;
  readonly bits: number;
}

/** The first three bytes of small ranges in parts of the private space that are rarely used. */
const CANDIDATES: readonly string[] = [
  ...between('10.223', 64, 16),
  ...between('172.31', 224, 16),
  ...between('192.168', 213, 16),
];

function between(bytes: string, third: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${bytes}.${third + i}`);
}

/**
 * An address with its range, as `10.223.64.1/24`, that overlaps with nothing that the kernel routes;
 * undefined if all do. The default route does not count.
 *
 * @param table the text of /proc/net/route: addresses are hexadecimal, in the machine's byte order,
 *   which is little-endian on every architecture that Docker runs on but s390x
 */
export function freeAddress(table: string): string | undefined {
  const used = table
    .split('\n')
    .slice(1)
    .flatMap((line): AddressRange[] => {
      const columns = line.split('\t');
      const [destination, mask] = [columns[1], columns[7]];
      if (destination === undefined || mask === undefined) return [];
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      const network = Buffer.from(destination, 'hex').reverse().join('.');
      return bits === 0 ? [] : [{ network, bits }];
    });
  const free = CANDIDATES.find((bytes) => {
    const candidate = { network: `${bytes}.0`, bits: 24 };
    return !used.some((range) => isIn(candidate, range) || isIn(range, candidate));
  });
  return free === undefined ? undefined : `${free}.1/24`;
}

/** Whether one range begins in another. */
function isIn({ network }: AddressRange, outer: AddressRange): boolean {
  const addresses = new BlockList();
  addresses.addSubnet(outer.network, outer.bits);
  return addresses.check(network);
}
