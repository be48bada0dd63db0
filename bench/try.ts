/**
 * Runs a second of a script that takes 20 ms: as `matrix try` makes them, as the script alone makes them
 * in a loop inside one container, and by a shell loop over `docker run --rm` with the same limits.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readContainer } from '../src/engine/containers/read-container.ts';
import type { Engine } from '../src/engine/engine.ts';
import { PLAIN_PROTOCOL } from '../src/reproduction/plain-manifest.ts';
import { Attempts } from '../src/trial/attempts.ts';
import { withCell } from './prepared-cell.ts';
import { median } from './statistics.ts';

const ENVIRONMENT = 'debian-12/cpython-3.11';
const SCRIPT = '#!/bin/sh\nexec sleep 0.02\n';
const ROUNDS = 5;
const ATTEMPTS = 300;
const CONTAINERS = 10;

const exec = promisify(execFile);

export function tryScript(): Promise<void> {
  return withCell(ENVIRONMENT, 'none/os.system', async ({ engine, request }) => {
    const { signal } = new AbortController();
    const content = Buffer.from(SCRIPT);
    const files = [{ path: 'run.sh', mode: 0o755, content }];
    const rates: Record<'attempts' | 'loop' | 'docker', number[]> = {
      attempts: [],
      loop: [],
      docker: [],
    };
    // In turn, so that a machine that changes its speed changes it for all.
    for (let round = 0; round < ROUNDS; round += 1) {
      const attempts = new Attempts(
        engine,
        {
          ...request,
          scenario: { id: 'default', args: [] },
          folder: { files },
          interpreter: undefined,
          protocol: PLAIN_PROTOCOL,
        },
        signal,
      );
      const began = performance.now();
      for (let left = ATTEMPTS; left > 0; left -= 1) {
        const observation = await attempts.next(left);
        if (observation.type !== 'completed') throw new Error(JSON.stringify(observation));
      }
      rates.attempts.push(perSecond(ATTEMPTS, began));
      await attempts.close();
      rates.loop.push(await loopRate(engine, request, signal));
      const docker = await dockerRate(engine, request.image);
      if (docker !== undefined) rates.docker.push(docker);
    }
    const { attempts, loop, docker } = rates;
    const ours = median(attempts);
    process.stdout.write(
      [
        `${ENVIRONMENT}, ${ROUNDS} rounds of each in turn, medians; the start of the container counts`,
        `matrix try:                    ${ours.toFixed(1)} runs a second`,
        `a loop inside one container:   ${median(loop).toFixed(1)} (matrix try makes ${((100 * ours) / median(loop)).toFixed(0)} % of that)`,
        docker.length === 0
          ? 'docker run --rm:               there is no docker command here'
          : `a loop over docker run --rm:   ${median(docker).toFixed(1)} (matrix try makes ${(ours / median(docker)).toFixed(1)} times as many)`,
        '',
      ].join('\n'),
    );
  });
}

function perSecond(count: number, began: number): number {
  return count / ((performance.now() - began) / 1000);
}

type Container = Pick<Parameters<typeof readContainer>[1], 'image' | 'labels' | 'cpuset'>;

async function loopRate(
  engine: Engine,
  { image, labels, cpuset }: Container,
  signal: AbortSignal,
): Promise<number> {
  const loop = `i=0; while [ $i -lt ${ATTEMPTS} ]; do /tmp/run.sh < /dev/null; i=$((i + 1)); done`;
  const write = `printf '%s' '${SCRIPT}' > /tmp/run.sh; chmod +x /tmp/run.sh`;
  const began = performance.now();
  const { outcome } = await readContainer(
    engine,
    {
      image,
      labels,
      cpuset,
      command: ['/bin/sh', '-c', `${write}; ${loop}`],
      memoryBytes: 2 ** 30,
      pids: 256,
      timeoutSeconds: 300,
      outputBytes: 2 ** 20,
    },
    signal,
  );
  if (outcome.type !== 'exited' || outcome.status !== 0) throw new Error(JSON.stringify(outcome));
  return perSecond(ATTEMPTS, began);
}

/** @returns undefined if no docker command is installed */
async function dockerRate({ description }: Engine, image: string): Promise<number | undefined> {
  const [, host] = /\((.*)\)$/.exec(description.endpoint) ?? [undefined, description.endpoint];
  const run =
    `docker run --rm --init --network none --read-only --tmpfs /tmp --user 65534:65534 --cap-drop ALL ` +
    `--security-opt no-new-privileges --memory 1g --memory-swap 1g --pids-limit 256 --cpuset-cpus 0,1 ` +
    `${image} /bin/sh -c 'exec sleep 0.02'`;
  const loop = `i=0; while [ $i -lt ${CONTAINERS} ]; do ${run} || exit 1; i=$((i + 1)); done`;
  const began = performance.now();
  try {
    await exec('/bin/sh', ['-c', `command -v docker > /dev/null || exit 9; ${loop}`], {
      env: { ...process.env, DOCKER_HOST: host },
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === 9) return undefined;
    throw error;
  }
  return perSecond(CONTAINERS, began);
}
