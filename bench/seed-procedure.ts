/**
 * The procedure that the project was started from, beside ours, in the same image: 10,000 calls of
 * os.system by eight threads under strace, and only then 1,000 additions to the environment.
 */
import { loadPlan } from '../src/commands/load-plan.ts';
import { cacheFolder } from '../src/commands/with-engine.ts';
import type { Engine } from '../src/engine/engine.ts';
import { openEngine } from '../src/engine/open.ts';
import { LABELS } from '../src/images/naming.ts';
import { preparation } from '../src/images/prepare.ts';
import { runTrial } from '../src/trial/run-trial.ts';
import { inSeconds, median } from './statistics.ts';

const ENVIRONMENT = 'debian-12/cpython-3.11';
const SCENARIO = 'add/os.system';
const RUNS = 10;

/** The seed's workload, as its description has it. */
const PROCEDURE = `
import os, threading
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

export async function seedProcedure(): Promise<void> {
  const { signal } = new AbortController();
  const { plan } = await loadPlan({
    matrix: 'matrix.yaml',
    group: undefined,
    only: [ENVIRONMENT, SCENARIO],
    skip: [],
  });
  const opened = await openEngine(
    { env: process.env, cacheFolder: cacheFolder(process.env), notify: () => undefined },
    signal,
  );
  if (opened.type === 'none') throw new Error(opened.reason);
  const { engine } = opened;
  try {
    const prepare = await preparation({
      engine,
      work: {
        emit: () => undefined,
        slot: (work) => work(),
        signal,
        refresh: false,
        timeoutSeconds: 1800,
      },
      recipes: plan.recipes,
      reproduction: plan.reproduction,
      packages: plan.packages,
      programs: plan.programs,
    });
    const environment = plan.environments.find(({ id }) => id === ENVIRONMENT);
    const scenario = plan.scenarios.find(({ id }) => id === SCENARIO);
    if (!environment || !scenario)
      throw new Error(`${ENVIRONMENT} ${SCENARIO} is not in matrix.yaml`);
    const prepared = await prepare(environment);
    if (prepared.type !== 'ready') throw new Error(`no image: ${JSON.stringify(prepared)}`);
    const image = prepared.image.id;
    const limits = plan.limitsFor(ENVIRONMENT, SCENARIO);

    const ours: number[] = [];
    const seeds: { seconds: number; shown: boolean }[] = [];
    // In turn, so that a machine that changes its speed changes it for both.
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      const observation = await runTrial(
        engine,
        {
          image,
          command: environment.python.command,
          scenario,
          limits,
          seconds: limits.seconds.first,
          calls: 4603,
          seed: run,
          cpuset: '0,1',
          labels: { [LABELS.ours]: 'container' },
          env: {},
        },
        signal,
      );
      if (observation.type !== 'completed') throw new Error(JSON.stringify(observation));
      if (observation.failures > 0) ours.push((performance.now() - began) / 1000);
      seeds.push(await seedRun(engine, image, environment.python.command));
    }
    const shown = seeds.filter((run) => run.shown);
    const seedSeconds = median(seeds.map((run) => run.seconds));
    const ourSeconds = median(ours);
    // A run that shows nothing has to be done again: the time that it takes to see the race once.
    const perShow = seedSeconds / (shown.length / RUNS);
    process.stdout.write(
      [
        `${ENVIRONMENT}, ${RUNS} runs of each in turn, medians`,
        `seed's procedure: ${inSeconds(seedSeconds)} a run, shows the race in ${shown.length} of ${RUNS}`,
        `one trial:        ${inSeconds(ourSeconds)} with its container, shows the race in ${ours.length} of ${RUNS}`,
        `time until the race is seen, seed's procedure : one trial = ${(perShow / (ourSeconds / (ours.length / RUNS))).toFixed(0)} : 1`,
        '',
      ].join('\n'),
    );
  } finally {
    await engine.close();
  }
}

async function seedRun(engine: Engine, image: string, python: string) {
  const output: Buffer[] = [];
  const keep = (chunk: Buffer) => output.push(chunk);
  const began = performance.now();
  const outcome = await engine.run(
    {
      image,
      command: ['strace', '-f', '-e', 'trace=execve', python, '-c', PROCEDURE],
      labels: { [LABELS.ours]: 'container' },
      cpuset: '0,1',
      memoryBytes: 1024 ** 3,
      pids: 256,
      timeoutSeconds: 300,
      outputBytes: 64 * 1024 ** 2,
      onStdout: keep,
      onStderr: keep,
    },
    new AbortController().signal,
  );
  if (outcome.type !== 'exited' || outcome.status !== 0) throw new Error(JSON.stringify(outcome));
  const text = Buffer.concat(output).toString('utf8');
  return { seconds: (performance.now() - began) / 1000, shown: /^failure /m.test(text) };
}
