/** The disturbances of a soak. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/engine/endpoint.ts';
import type { BoundedDisk } from './bounded-disk.ts';
import type { Part } from './orchestrator.ts';
import type { SoakPlaces } from './places.ts';
import type { Random } from './random.ts';
import { processesWithArgument } from '../src/host/processes.ts';

export interface Target {
  readonly part: Part;
  readonly places: SoakPlaces;
  readonly disk: BoundedDisk;
  readonly random: Random;
}

/** @returns the disturbance in a few words; undefined if it had no target */
export type Disturbance = (target: Target) => Promise<string | undefined>;

/** Signals to the program end the part; the others it has to live with. */
export const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'SIGINT to the program': (target) => signalProgram(target, 'SIGINT'),
  'SIGTERM to the program': (target) => signalProgram(target, 'SIGTERM'),
  'SIGKILL to the program': (target) => signalProgram(target, 'SIGKILL'),
  'SIGINT twice': async (target) => {
    await signalProgram(target, 'SIGINT');
    await sleep(target.random.between(50, 1000));
    return signalProgram(target, 'SIGINT');
  },
  'the program is paused': async ({ part, random }) => {
    part.process.kill('SIGSTOP');
    const seconds = random.between(0.5, 5);
    await sleep(seconds * 1000);
    part.process.kill('SIGCONT');
    return `for ${seconds.toFixed(1)} s`;
  },
  'the engine is killed': ({ places }) => {
    const pids = enginePids(places);
    for (const pid of pids) kill(pid, 'SIGKILL');
    return Promise.resolve(pids.length > 0 ? '' : undefined);
  },
  'the engine is paused': async ({ places, random }) => {
    const pids = daemonPids(places);
    if (pids.length === 0) return undefined;
    for (const pid of pids) kill(pid, 'SIGSTOP');
    const seconds = random.between(0.5, 15);
    await sleep(seconds * 1000);
    for (const pid of pids) kill(pid, 'SIGCONT');
    return `for ${seconds.toFixed(1)} s`;
  },
  'a container is killed': (target) =>
    withContainer(target, (container) => container.kill({ signal: 'SIGKILL' })),
  'a container is removed': (target) =>
    withContainer(target, (container) => container.remove({ force: true })),
  'a container is paused': async (target) => {
    const seconds = target.random.between(0.5, 8);
    return withContainer(target, async (container) => {
      await container.pause();
      await sleep(seconds * 1000);
      await container.unpause();
      return `for ${seconds.toFixed(1)} s`;
    });
  },
  'the disk is full': async ({ disk, random }) => {
    disk.fill();
    const seconds = random.between(1, 10);
    await sleep(seconds * 1000);
    disk.free();
    return `for ${seconds.toFixed(1)} s`;
  },
};

function signalProgram({ part }: Target, signal: NodeJS.Signals): Promise<string | undefined> {
  return Promise.resolve(part.process.kill(signal) ? '' : undefined);
}

/** Every process that the private engine is of, seen from here. */
export function enginePids(places: SoakPlaces): readonly number[] {
  return processesWithArgument(`--data-root=${places.engine.data}`);
}

function daemonPids(places: SoakPlaces): readonly number[] {
  return enginePids(places).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd';
    } catch {
      return false;
    }
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

type Container = ReturnType<ReturnType<typeof connect>['getContainer']>;

/** Does something to a running container, as another user of the engine might. */
async function withContainer(
  { places, random }: Target,
  deed: (container: Container) => Promise<unknown>,
): Promise<string | undefined> {
  const docker = connect({ type: 'unix', path: places.engine.socket });
  try {
    const running = await docker.listContainers({ abortSignal: AbortSignal.timeout(2000) });
    if (running.length === 0) return undefined;
    const done = await deed(docker.getContainer(random.pick(running).Id));
    return typeof done === 'string' ? done : '';
  } catch {
    // It ended, or the engine did, before it could be done.
    return undefined;
  }
}
