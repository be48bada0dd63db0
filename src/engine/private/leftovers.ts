/** Finds and removes the leftovers of a private engine that did not end properly. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { POLL_MILLISECONDS } from '../../host/processes.ts';

/** How long the kernel may call the control group of a dead process busy. */
const BUSY_MILLISECONDS = 3000;

/**
 * Removes the control groups of this name in every hierarchy. The kernel calls a group busy for a
 * moment after its last process has ended, so that this is tried for a while; one that is still in
 * use then stays.
 */
export async function removeControlGroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const giveUpAt = performance.now() + BUSY_MILLISECONDS;
  for (;;) {
    const groups = [root, ...folders(root).map((entry) => join(root, entry))]
      .map((hierarchy) => join(hierarchy, name))
      .filter((group) => existsSync(group));
    for (const group of groups) removeGroup(group);
    if (!groups.some((group) => existsSync(group)) || performance.now() > giveUpAt) return;
    await sleep(POLL_MILLISECONDS);
  }
}

function removeGroup(folder: string): void {
  for (const child of folders(folder)) removeGroup(join(folder, child));
  try {
    rmdirSync(folder);
  } catch {
    // In use, or gone meanwhile.
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
