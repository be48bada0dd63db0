/** The folder of a run, the lock on the results, and the name `latest`. */
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An id that sorts by time: `20261124-021530-a1f3`. */
export function newRunId(now: Date, random: number): string {
  const [day, time] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  const suffix = Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${day ?? ''}-${time ?? ''}-${suffix}`;
}

export type LockOutcome =
  | { readonly type: 'locked'; readonly release: () => Promise<void> }
  /** Another run that is alive holds it. */
  | { readonly type: 'held'; readonly by: string };

/**
 * Takes the lock on a results folder. A lock whose process is gone is taken over; one whose process
 * id was given to another program in the meantime is told from it by the process's start time.
 */
export async function lockResults(results: string, runId: string): Promise<LockOutcome> {
  await mkdir(results, { recursive: true });
  const path = join(results, 'run.lock');
  const mine = `${process.pid} ${await startTime(process.pid)} ${runId}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      return {
        type: 'locked',
        release: () => rm(path, { force: true }),
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', started = '', holder = ''] = (await readFile(path, 'utf8').catch(() => ''))
      .trim()
      .split(' ');
    if (started !== '' && (await startTime(Number(pid))) === started) {
      return { type: 'held', by: `run ${holder}, process ${pid}` };
    }
    await rm(path, { force: true });
  }
  return { type: 'held', by: 'another run that started at the same moment' };
}

/** Clock ticks between boot and the process's start; empty where there is no such process. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses and may hold spaces; start is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Makes `results/latest` point at a run, so that a reader sees the old one or the new one whole. */
export async function pointLatest(results: string, runId: string): Promise<void> {
  const next = join(results, `latest.${process.pid}`);
  await rm(next, { force: true });
  await symlink(join('runs', runId), next);
  await rename(next, join(results, 'latest'));
}
