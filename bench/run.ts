/** `make bench`: runs the benchmarks by name, or all of them but `cross`. Prints figures; judges nothing. */
import { cpus, totalmem } from 'node:os';
import { cross } from './cross.ts';
import { defaultGroup } from './default-group.ts';
import { findings } from './findings.ts';
import { grid } from './grid.ts';
import { load } from './load.ts';
import { power } from './power.ts';
import { seedProcedure } from './seed-procedure.ts';
import { start } from './start.ts';
import { tryScript } from './try.ts';
import { verdicts } from './verdicts.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  cross,
  'default-group': defaultGroup,
  findings,
  load,
  // Only then is the browser's library loaded, whose memory is none of the others'.
  'report-page': async () => (await import('./report-page.ts')).reportPage(),
  'seed-procedure': seedProcedure,
  start,
  try: tryScript,
  grid,
  power,
  verdicts,
};

const [first] = cpus();
process.stdout.write(
  `machine: ${cpus().length} × ${first?.model ?? 'unknown CPU'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB, node ${process.version}\n`,
);
const chosen = process.argv.slice(2);
// Benchmarks that build every Python twice run only if they are named.
const usual = Object.keys(BENCHMARKS).filter((name) => name !== 'cross');
for (const name of chosen.length > 0 ? chosen : usual) {
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (!benchmark) {
    process.stderr.write(`no benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
    process.exit(2);
  }
  process.stdout.write(`\n== ${name}\n`);
  await benchmark();
}
