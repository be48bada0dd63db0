/** The program under test as a process that can be killed: one `matrix run`, or its resumption. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SoakPlaces } from './places.ts';

const MATRIX = fileURLToPath(new URL('../bin/matrix', import.meta.url));

export interface Part {
  readonly process: ChildProcess;
  /** Until it has ended: its status, or the signal that ended it. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>;
  /** Whether it had an engine by now, of which it first removes what dead runs have left. */
  hadEngine(): boolean;
  /** Seconds since it last wrote something. */
  silence(): number;
  /** Its output on stderr. */
  printed(): string;
}

/** Starts a run, or continues the newest one. */
export function startPart(places: SoakPlaces, resume: boolean, selection: readonly string[]): Part {
  const args = [
    ...['run', '--matrix', places.matrix, '--results', places.results, '--engine', 'private'],
    ...(resume ? ['--resume'] : selection.flatMap((glob) => ['--only', glob])),
  ];
  const child = spawn(MATRIX, args, {
    cwd: places.cwd,
    env: { ...process.env, XDG_CACHE_HOME: places.cache, TMPDIR: places.temporary, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: keys pressed in the terminal are for the soak.
    detached: true,
  });
  const log = createWriteStream(places.log, { flags: 'a' });
  log.write(`\n--- ${args.join(' ')}\n`);
  let printed = '';
  let last = performance.now();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    last = performance.now();
    log.write(text);
  });
  const ended = once(child, 'close').then(([status, signal]) => {
    log.end(`--- ended with ${String(signal ?? status)}\n`);
    return { status: status as number | null, signal: signal as string | null };
  });
  return {
    process: child,
    ended,
    // The line that names the engine.
    hadEngine: () => /^run \S+: .* on /m.test(printed),
    silence: () => (performance.now() - last) / 1000,
    printed: () => printed,
  };
}
