/**
 * Rehearses the scheduled workflow on one machine: a plan, its shards one after the other on
 * separate engines with a registry on loopback as their cache, and the merge. One shard is killed
 * half way and resumed. Then it makes a single run and compares both reports.
 *
 *   node --import tsx scripts/rehearse-workflow.ts [--matrix FILE] [--shards N] [--baseline FILE]
 *
 * Ends with 0 if the merged report equals that of the single run in everything that
 * compare-reports.ts compares, and in the exit status. Needs root, dockerd and docker-registry, and
 * room for the images of two engines.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadReport } from '../src/app/load-report.ts';
import { cannotStartRegistry, startRegistry } from '../test/support/registry/registry.ts';
import { reportDifferences } from './compare-reports.ts';

const PROGRAM = fileURLToPath(new URL('../bin/matrix', import.meta.url));
const { values } = parseArgs({
  options: {
    matrix: { type: 'string', default: 'matrix.yaml' },
    shards: { type: 'string', default: '5' },
    baseline: { type: 'string' },
  },
});
const matrixFile = resolve(values.matrix);
const started = performance.now();

function print(text: string): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`[${seconds} s] ${text}\n`);
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as on its own machine; `onText` gets the way to pull its plug. */
function matrix(
  args: readonly string[],
  cacheHome: string,
  onText: (text: string, kill: () => void) => void = () => undefined,
): Promise<Ended> {
  return new Promise((done, reject) => {
    const child = spawn(PROGRAM, args, {
      cwd: dirname(matrixFile),
      env: { ...process.env, XDG_CACHE_HOME: cacheHome, NO_COLOR: '1', GITHUB_ACTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onText(text, () => child.kill('SIGKILL'));
    });
    child.once('error', reject);
    child.once('close', (status) => {
      done({ status, stdout, stderr });
    });
  });
}

/** The expected exit status of a step; any other ends the rehearsal. */
function demand(what: string, ended: Ended, ...statuses: readonly number[]): void {
  if (ended.status !== null && statuses.includes(ended.status)) return;
  throw new Error(`${what} ended with ${String(ended.status)}:\n${ended.stderr}\n${ended.stdout}`);
}

const missing = cannotStartRegistry();
if (missing !== false) throw new Error(missing);
const work = await mkdtemp(join(tmpdir(), 'fleet-'));
const registry = await startRegistry();
try {
  const cache = ['--cache', `${registry.address}/race-matrix`, '--engine', 'private'];
  const plan = join(work, 'shards.json');
  const from = ['--matrix', matrixFile];
  const args = ['plan', ...from, '--shards', values.shards, '--output', plan, '--format', 'github'];
  const planned = await matrix(args, work);
  demand('the plan', planned, 0);
  const { include } = JSON.parse(planned.stdout) as {
    include: readonly { shard: string; number: number; rows: string }[];
  };
  for (const [position, { shard, number, rows }] of include.entries()) {
    print(`shard ${shard}: ${rows}`);
    const home = join(work, `host-${number}`);
    const results = ['--results', join(work, 'shards', String(number))];
    const run = ['run', ...from, '--shard', shard, '--shard-plan', plan, ...cache, ...results];
    const wasKilled = position === Math.min(1, include.length - 1);
    if (wasKilled) {
      const plug = { isPulled: false };
      await matrix(run, home, (text, kill) => {
        // Its first cell is measured by now.
        if (!plug.isPulled && /none\/\S+/.test(text)) {
          plug.isPulled = true;
          kill();
        }
      });
      if (!plug.isPulled) throw new Error('no cell of the shard was measured before its end');
      print(`shard ${shard} was killed and is resumed`);
    }
    // A cell that fails as it should is no failure of the shard; the merge judges.
    const again = wasKilled ? ['--resume'] : [];
    const ended = await matrix([...run, ...again, '--fail-on', 'none'], home);
    demand(`shard ${shard}`, ended, 0);
    const built = ended.stderr.match(/^.*\bbuil(?:ding|t)\b.*$/gm)?.length ?? 0;
    print(`shard ${shard} is done, ${built} lines of its output are about builds`);
    // The next machine knows nothing of this one, and the disk is not larger than one of them needs.
    await rm(home, { recursive: true, force: true });
  }
  const merged = join(work, 'merged');
  const folders = join(work, 'shards');
  const merging = await matrix(['merge', folders, '--shard-plan', plan, '--results', merged], work);
  demand('the merge', merging, 0, 1, 3);
  process.stdout.write(merging.stdout);
  if (values.baseline !== undefined) {
    const against = await matrix(['diff', resolve(values.baseline), join(merged, 'latest')], work);
    demand('the diff against the baseline', against, 0, 1);
    process.stdout.write(against.stdout);
  }
  print('the same in a single run');
  const single = join(work, 'single');
  const home = join(work, 'host-single');
  // The plan had no engine to ask for more rows, and this run has one.
  const rows = include.flatMap((shard) => shard.rows.split(' ').flatMap((id) => ['--only', id]));
  const alone = await matrix(['run', ...from, ...rows, ...cache, '--results', single], home);
  demand('the single run', alone, 0, 1, 3);
  const different = [
    ...(alone.status === merging.status
      ? []
      : [`status: ${String(alone.status)} and ${String(merging.status)}`]),
    ...reportDifferences(
      await loadReport(join(single, 'latest')),
      await loadReport(join(merged, 'latest')),
    ),
  ];
  if (different.length > 0) {
    print(`the merged report is not that of the single run:\n${different.join('\n')}`);
    process.exitCode = 1;
  } else {
    print('the merged report has the same results as the single run');
  }
} finally {
  await registry.stop();
  await rm(work, { recursive: true, force: true });
}
