import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { freeAddress } from './address-range.ts';

const HEADER = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT';

/** A line of /proc/net/route for `10.223.64.0/24`. */
function route(cidr: string): string {
  const [address = '', bits = '0'] = cidr.split('/');
  const hex = (bytes: readonly number[]): string =>
    bytes
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .reverse()
      .join('')
      .toUpperCase();
  const mask = Array.from({ length: 4 }, (_, i) => {
    const ones = Math.max(0, Math.min(8, Number(bits) - 8 * i));
    return (0xff00 >> ones) & 0xff;
  });
  return `eth0\t${hex(address.split('.').map(Number))}\t00000000\t0001\t0\t0\t0\t${hex(mask)}\t0\t0\t0`;
}

function choice(...cidrs: string[]): string | undefined {
  return freeAddress([HEADER, ...cidrs.map(route), ''].join('\n'));
}

describe('the address range of a bridge', () => {
  it('is a private one where nothing is routed but the way out', () => {
    assert.equal(choice('0.0.0.0/0'), '10.223.64.1/24');
  });

  it('keeps away from a route inside it and from one around it', () => {
    assert.equal(choice('10.223.64.128/25'), '10.223.65.1/24');
    assert.equal(choice('10.0.0.0/8'), '172.31.224.1/24');
    assert.equal(choice('10.0.0.0/8', '172.16.0.0/12'), '192.168.213.1/24');
  });

  it('is none where all of them are taken', () => {
    assert.equal(choice('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'), undefined);
  });

  it('never overlaps with a route', () => {
    const byte = fc.nat(255);
    const cidr = fc
      .tuple(fc.constantFrom(10, 172, 192), byte, byte, fc.integer({ min: 8, max: 32 }))
      .map(([a, b, c, bits]) => `${a}.${b}.${c}.0/${bits}`);
    fc.assert(
      fc.property(fc.array(cidr), (cidrs) => {
        const chosen = choice(...cidrs);
        if (chosen === undefined) return;
        const number = (text: string): number =>
          text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        const network = number(chosen.split('/')[0] ?? '') - 1;
        for (const taken of cidrs) {
          const [address = '', bits = ''] = taken.split('/');
          const size = 2 ** (32 - Math.min(24, Number(bits)));
          assert.notEqual(
            Math.floor(network / size),
            Math.floor(number(address) / size),
            `${chosen} overlaps with ${taken}`,
          );
        }
      }),
    );
  });
});
