/**
 * Rows of the group `cross` from nothing, built and measured by this program, then by a plain
 * script (plain-cross.sh) in a separate engine, and from cached images. The figure is the ratio.
 *
 * ROWS='debian-1[12]/cpython-3.9-*' chooses rows, with spaces between patterns; without it all of those
 * that are built from source packages.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlan } from '../src/app/load-plan.ts';
import type { Environment } from '../src/model.ts';
import { describeRun, measuredRun, type MeasuredRun } from './measured-run.ts';
import { openedEngine } from './opened-engine.ts';
import { inSeconds } from './statistics.ts';

/** A separate, empty folder for each. */
const ENGINE = 'private';

export async function cross(): Promise<void> {
  const only = (process.env['ROWS'] ?? '').split(' ').filter((pattern) => pattern !== '');
  const { plan } = await loadPlan({ matrix: 'matrix.yaml', group: 'cross', only, skip: [] });
  const environments = plan.environments.filter((row) => plainRow(row) !== undefined);
  const left = plan.environments.length - environments.length;
  process.stdout.write(
    `${environments.length} rows of cross${left > 0 ? `; ${left} that are not built from a source package are left out` : ''}\n`,
  );
  if (environments.length === 0) return;

  const ids = environments.map(({ id }) => id);
  const ours = await inFreshEngine(async (cache) => {
    const cold = await ownRun(cache, ids);
    const warm = await ownRun(cache, ids);
    return { cold, warm };
  });
  process.stdout.write(describeRun('this program, from nothing', ours.cold));
  process.stdout.write(describeRun('this program, cached', ours.warm));
  const plain = await inFreshEngine((cache) => plainRun(cache, environments));
  process.stdout.write(`plain script, from nothing: ${inSeconds(plain)}\n`);
  process.stdout.write(
    `plain script : this program = ${(plain / ours.cold.total).toFixed(2)} : 1\n`,
  );
}

async function inFreshEngine<T>(use: (cache: string) => Promise<T>): Promise<T> {
  const cache = await mkdtemp(join(tmpdir(), 'bench-cross-'));
  try {
    return await use(cache);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function ownRun(cache: string, ids: readonly string[]): Promise<MeasuredRun> {
  return await measuredRun(cache, { group: 'cross', only: ids }, ENGINE);
}

/** @returns seconds; throws where the script fails, since it then did not do the same work */
async function plainRun(cache: string, environments: readonly Environment[]): Promise<number> {
  const began = performance.now();
  const engine = await openedEngine(cache, ENGINE);
  try {
    const socket = /unix:\/\/[^\s)]+/.exec(engine.description.endpoint)?.[0] ?? '';
    const child = spawn('bench/plain-cross.sh', ['reproduction', 'images/cpython-source'], {
      env: { ...process.env, DOCKER_HOST: socket },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.stdin.end(environments.map((row) => `${plainRow(row) ?? ''}\n`).join(''));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (status !== 0) throw new Error(`plain-cross.sh ended with status ${String(status)}`);
  } finally {
    await engine.close();
  }
  return (performance.now() - began) / 1000;
}

/** A row as the script reads it; undefined if it is not a build from a source package. */
function plainRow({ base, python }: Environment): string | undefined {
  const release = base.sources.flatMap((source) =>
    source.type === 'bootstrap' && !source.overlay ? [source.release] : [],
  )[0];
  const { RELEASE, SOURCE, LIBC, CONFIGURE } = python.build?.args ?? {};
  if (!release || !RELEASE || !SOURCE || !LIBC || CONFIGURE) return undefined;
  return [base.id, release, RELEASE, SOURCE, LIBC, python.command].join(' ');
}
