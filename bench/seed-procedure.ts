/**
 * The procedure that the project was started from, beside ours, in the same image: 10,000 calls of
 * os.system by eight threads under strace, and only then 1,000 additions to the environment.
 */
import { readContainer } from '../src/engine/containers/read-container.ts';
import type { Engine } from '../src/engine/engine.ts';
import { containerLabels } from '../src/images/naming.ts';
import { runTrial } from '../src/trial/run-trial.ts';
import { withCell } from './prepared-cell.ts';
import { inSeconds, median } from './statistics.ts';

const ENVIRONMENT = 'debian-12/cpython-3.11';
const SCENARIO = 'add/os.system';
const RUNS = 10;

/** The seed's workload, as its description has it. */
const PROCEDURE = `
import os
from concurrent.futures import ThreadPoolExecutor
def call(index):
    status = os.system("echo helloworld > /dev/null")
    if status != 0:
        print("failure", status, flush=True)
with ThreadPoolExecutor(8) as pool:
    for index in range(10000):
        pool.submit(call, index)
    for index in range(1000):
        os.environ["RACE_%d" % index] = "x"
`;

export function seedProcedure(): Promise<void> {
  return withCell(ENVIRONMENT, SCENARIO, async ({ engine, request }) => {
    const ours: number[] = [];
    const seeds: { seconds: number; shown: boolean }[] = [];
    // In turn, so that a machine that changes its speed changes it for both.
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      const observation = await runTrial(
        engine,
        { ...request, seconds: request.limits.seconds.first, calls: 4603, seed: run },
        new AbortController().signal,
      );
      if (observation.type !== 'completed') throw new Error(JSON.stringify(observation));
      if (observation.failures > 0) ours.push((performance.now() - began) / 1000);
      seeds.push(await seedRun(engine, request.image, request.command ?? ''));
    }
    const shown = seeds.filter((run) => run.shown).length;
    const seedSeconds = median(seeds.map((run) => run.seconds));
    const ourSeconds = median(ours);
    // A run that shows nothing has to be done again: the time until the race is seen once.
    const perShow = { seed: seedSeconds / (shown / RUNS), ours: ourSeconds / (ours.length / RUNS) };
    process.stdout.write(
      [
        `${ENVIRONMENT}, ${RUNS} runs of each in turn, medians`,
        `seed's procedure: ${inSeconds(seedSeconds)} a run, shows the race in ${shown} of ${RUNS}`,
        `one trial:        ${inSeconds(ourSeconds)} with its container, shows the race in ${ours.length} of ${RUNS}`,
        shown === 0
          ? "the seed's procedure never showed it, so there is no ratio"
          : `time until the race is seen, seed's procedure : one trial = ${(perShow.seed / perShow.ours).toFixed(0)} : 1`,
        '',
      ].join('\n'),
    );
  });
}

async function seedRun(engine: Engine, image: string, python: string) {
  const began = performance.now();
  const { outcome, output } = await readContainer(
    engine,
    {
      image,
      command: ['strace', '-f', '-e', 'trace=execve', python, '-c', PROCEDURE],
      labels: containerLabels(),
      cpuset: '0,1',
      memoryBytes: 1024 ** 3,
      pids: 256,
      timeoutSeconds: 300,
      outputBytes: 64 * 1024 ** 2,
    },
    new AbortController().signal,
  );
  if (outcome.type !== 'exited' || outcome.status !== 0) throw new Error(JSON.stringify(outcome));
  return { seconds: (performance.now() - began) / 1000, shown: /^failure /m.test(output) };
}
