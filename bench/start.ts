/** How long the program takes to start, as a multiple of an empty program's start under tsx. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.ts';

const MATRIX = fileURLToPath(new URL('../bin/matrix', import.meta.url));
const ROUNDS = 9;
/** A command line, and the multiple of an empty program's start that it must stay below. */
const COMMAND_LINES = [
  [['--help'], 1.5],
  [['plan', '--onyl', 'debian-12'], 1.5],
  [['plan'], 3],
] as const;

export async function start(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  try {
    const file = join(folder, 'empty.mts');
    await writeFile(file, 'export {};\n');
    const empty = [process.execPath, '--import', import.meta.resolve('tsx/esm'), file];
    for (const [args, goal] of COMMAND_LINES) {
      // In turn, so that whatever else the machine does slows down both.
      const pairs = Array.from({ length: ROUNDS }, () => [took(empty), took([MATRIX, ...args])]);
      const [wall = '', cpu = ''] = [0, 1].map((index) =>
        median(
          pairs.map(([nothing, ours]) => (ours?.[index] ?? 0) / (nothing?.[index] ?? 0)),
        ).toFixed(2),
      );
      const milliseconds = median(pairs.map(([, ours]) => ours?.[0] ?? 0)) * 1000;
      process.stdout.write(
        `matrix ${args.join(' ')}: ${milliseconds.toFixed(0)} ms, ` +
          `${wall} times an empty program (the goal: ${goal}), ${cpu} times its CPU time\n`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds from the start to the end of a program, and of CPU time in all its processes. */
function took(line: readonly string[]): readonly [number, number] {
  const began = performance.now();
  // Source: POSIX, times: the second line is that of the children, in user and in system mode.
  const times = execFileSync('sh', ['-c', '"$@" >/dev/null 2>&1; times', 'sh', ...line], {
    encoding: 'utf8',
  });
  const wall = (performance.now() - began) / 1000;
  const children = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const cpu = children.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return [wall, cpu];
}
