/** `matrix doctor`: what a run needs, and for each thing that is wrong the command that mends it. */
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import { BOOTSTRAP_PACKAGE, missingPackages } from '../host/debian-packages.ts';
import { EXIT } from './exit-status.ts';
import { onInterrupt } from './interrupt.ts';
import type { Options } from './options.ts';
import { cacheFolder, withEngine } from './with-engine.ts';

interface Finding {
  readonly what: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
}

/** Bytes that the images of the default group and their builds need, generously. */
const WANTED_BYTES = 12 * 1024 ** 3;

/** @returns 0 where a run can start, 3 where something would keep cells from being measured */
export async function doctor(options: Options): Promise<number> {
  const findings: Finding[] = [];
  const interruption = onInterrupt(() => undefined);
  try {
    await withEngine(options, true, interruption.signal, async (engine) => {
      findings.push(engineFinding(engine), cpuFinding(engine));
      findings.push(await spaceFinding());
      findings.push(await bootstrapFinding());
    });
  } finally {
    interruption.stop();
  }
  for (const { what, state, detail } of findings) {
    process.stdout.write(`${{ good: '✓', warning: '?', bad: '✗' }[state]} ${what}: ${detail}\n`);
  }
  return findings.some(({ state }) => state === 'bad') ? EXIT.notMeasured : 0;
}

function engineFinding({ description }: Engine): Finding {
  const { name, version, apiVersion, endpoint } = description;
  return {
    what: 'engine',
    state: 'good',
    detail: `${name} ${version} (API ${apiVersion}), ${endpoint}`,
  };
}

function cpuFinding({ description }: Engine): Finding {
  const { cpus } = description.host;
  const here = availableParallelism();
  if (cpus < 2) {
    return {
      what: 'CPUs',
      state: 'bad',
      detail: `the engine's host has ${cpus}; a race needs two`,
    };
  }
  return { what: 'CPUs', state: 'good', detail: `${cpus} on the engine's host, ${here} here` };
}

async function spaceFinding(): Promise<Finding> {
  const folder = cacheFolder(process.env);
  const { bavail, bsize } = await statfs(folder).catch(() => statfs('/'));
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${folder}`;
  return free < WANTED_BYTES
    ? {
        what: 'disk',
        state: 'warning',
        detail: `${detail}; the default group may need ${WANTED_BYTES / 1024 ** 3} GiB (bin/matrix clean frees what older runs left)`,
      }
    : { what: 'disk', state: 'good', detail };
}

async function bootstrapFinding(): Promise<Finding> {
  const missing = await missingPackages([BOOTSTRAP_PACKAGE], process.env);
  return missing.length > 0
    ? {
        what: 'mmdebstrap',
        state: 'warning',
        detail:
          'not installed: bases that no registry serves are skipped (apt-get install mmdebstrap)',
      }
    : { what: 'mmdebstrap', state: 'good', detail: 'installed' };
}
