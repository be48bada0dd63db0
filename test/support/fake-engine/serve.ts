/**
 * The fake engine as its own program, so that what it takes of memory and time is not the program's.
 * It writes its address as a line, and ends with its standard input. The argument is its number of CPUs.
 */
import { startFakeEngine } from './fake-engine.ts';
import { wholeRuns } from './whole-runs.ts';

const fake = await startFakeEngine({
  script: wholeRuns,
  info: { NCPU: Number(process.argv[2] ?? 4), MemTotal: 64e9 },
});
fake.images.pulls = true;
process.stdout.write(`${fake.address}\n`);
process.stdin.resume().once('end', () => {
  void fake.close();
});
