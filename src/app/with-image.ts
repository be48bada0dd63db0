/** Prepares the image of one environment, for the commands with which a person looks into it. */
import type { Engine } from '../engine/engine.ts';
import { containerLabels } from '../images/naming.ts';
import { preparation, type Prepare } from '../images/prepare.ts';
import { probe } from '../images/probe.ts';
import type { Environment } from '../model.ts';
import { describeEvent } from '../progress/describe-event.ts';
import { programPaths } from '../run/measure-environment.ts';
import type { RunPlan } from '../run/plan.ts';
import { EXIT } from '../cli/exit-status.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { bootstraps, type LoadedPlan } from './load-plan.ts';
import type { Options } from '../cli/options.ts';
import { withEngine } from './with-engine.ts';

/** What a command gets to work with. */
export interface ReadyImage {
  readonly engine: Engine;
  readonly image: string;
  /** Of every container that it starts. */
  readonly labels: Readonly<Record<string, string>>;
  /** As a trial has them: where the reproduction's programs for this row's C library are. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Writes a line for the person who waits. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Seconds after which a build is given up. */
const BUILD_TIMEOUT_SECONDS = 1800;

/** Prepares images one after another, and tells the person who waits what is built. */
export function prepareAloud(
  engine: Engine,
  plan: RunPlan,
  signal: AbortSignal,
  refresh = false,
): Promise<Prepare> {
  return preparation({
    ...plan,
    engine,
    work: {
      emit: (event) => {
        const line = describeEvent(event);
        if (line !== undefined) say(line);
      },
      slot: (work) => work(),
      signal,
      refresh,
      timeoutSeconds: BUILD_TIMEOUT_SECONDS,
    },
  });
}

/**
 * Opens the engine, prepares the image, and calls `use`. Failures on the way are printed.
 *
 * @returns what `use` returns, or the status of what could not be measured
 */
export async function withImage(
  options: Options,
  { plan, selection }: LoadedPlan,
  environment: Environment,
  use: (ready: ReadyImage) => Promise<number>,
): Promise<number> {
  const interruption = onInterrupt(() => {
    say('interrupted');
  });
  const { signal } = interruption;
  try {
    return await withEngine(options, bootstraps(selection), signal, async (engine) => {
      const prepare = await prepareAloud(engine, plan, signal);
      const prepared = await prepare(environment);
      if (prepared.type !== 'ready') {
        say('reason' in prepared ? prepared.reason : 'interrupted');
        return EXIT.notMeasured;
      }
      const image = prepared.image.id;
      const labels = containerLabels();
      const { memoryBytes, pids } = plan.limitsFor(environment.id, '');
      const { command } = environment.python;
      const malloc = environment.malloc?.name ?? 'default';
      const limits = { labels, memoryBytes, pids };
      const probed = await probe(engine, image, command, malloc, limits, signal);
      if (probed.type !== 'facts') {
        say('reason' in probed ? probed.reason : 'interrupted');
        return EXIT.notMeasured;
      }
      const env = programPaths(plan.programs, probed.facts.libc.name);
      return await use({ engine, image, labels, env, signal });
    });
  } finally {
    interruption.stop();
  }
}
