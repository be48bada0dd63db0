/**
 * The private engine's bridge.
 *
 * Its containers have no network and its builds use the host's, so it needs none. But an engine
 * that is configured without a bridge deletes `docker0`, even if another engine made it. So it gets
 * its own bridge if `docker0` exists, and none otherwise.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Result, failed, ok } from '../../result.ts';
import { freeAddress } from './address-range.ts';

/**
 * @param name of the bridge where one is made: 15 bytes at most; one that exists already is a dead
 *   run's and is replaced
 * @returns the engine's setting: that name, or `none`
 */
export function prepareBridge(name: string): Result<string, string> {
  removeBridge(name);
  if (!needsBridge()) return ok('none');
  const address = freeAddress(readFileSync('/proc/net/route', 'utf8'));
  if (address === undefined) return failed('No private IPv4 range is free for a bridge.');
  const steps = [
    ['link', 'add', 'name', name, 'type', 'bridge'],
    ['address', 'add', address, 'dev', name],
    ['link', 'set', name, 'up'],
  ];
  for (const step of steps) {
    const reason = ip(step);
    if (reason !== undefined) {
      removeBridge(name);
      return failed(`The bridge ${name} cannot be created: ${reason}`);
    }
  }
  return ok(name);
}

/** Whether a private engine needs its own bridge here, for which `ip` is called. */
export function needsBridge(): boolean {
  return interfaces().includes('docker0');
}

/** Removes the bridge if it exists. */
export function removeBridge(name: string): void {
  if (interfaces().includes(name)) ip(['link', 'delete', name]);
}

/** The network interfaces of this process's own namespace, which /sys need not show. */
function interfaces(): string[] {
  return readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '');
}

/** The error, or undefined. */
function ip(args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (error !== undefined) return `ip (of iproute2) cannot be run: ${error.message}`;
  return status === 0 ? undefined : `ip ${args.join(' ')}: ${stderr.trim()}`;
}
