/** `make bench`: runs the benchmarks by name, or all of them. Prints figures; judges nothing. */
import { cpus, totalmem } from 'node:os';
import { defaultGroup } from './default-group.ts';
import { grid } from './grid.ts';
import { power } from './power.ts';
import { seedProcedure } from './seed-procedure.ts';
import { verdicts } from './verdicts.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  'default-group': defaultGroup,
  'seed-procedure': seedProcedure,
  grid,
  power,
  verdicts,
};

const [first] = cpus();
process.stdout.write(
  `machine: ${cpus().length} × ${first?.model ?? 'unknown CPU'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB, node ${process.version}\n`,
);
const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : Object.keys(BENCHMARKS)) {
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (!benchmark) {
    process.stderr.write(`no benchmark ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
    process.exit(2);
  }
  process.stdout.write(`\n== ${name}\n`);
  await benchmark();
}
