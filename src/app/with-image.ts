/** Prepares the image of one environment, for commands that inspect it interactively. */
import type { Engine } from '../engine/engine.ts';
import { emulatedRows } from '../analysis/emulation.ts';
import { containerLabels } from '../images/naming.ts';
import { preparation, type Prepare } from '../images/prepare.ts';
import { probe } from '../images/probe.ts';
import type { Environment } from '../model.ts';
import type { RunPlan } from '../run/plan.ts';
import { describeEvent } from '../progress/describe-event.ts';
import type { ScriptSetting } from '../trial/attempts.ts';
import { programPaths, scriptSettingOf } from '../run/measure-environment.ts';
import { visibleText } from '../text/visible-text.ts';
import { EXIT } from '../cli/exit-status.ts';
import { print } from '../cli/print.ts';
import { interruptible } from '../cli/interrupt.ts';
import { bootstraps, type LoadedPlan } from './load-plan.ts';
import { withEmulation } from './with-emulation.ts';
import { withEngine, type EngineOptions } from './with-engine.ts';

/** The image and engine for a command. */
export interface ReadyImage {
  readonly engine: Engine;
  readonly image: string;
  /** Labels of every container that it starts. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The trial's variables with the paths of the reproduction's programs for this row's C library.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Present for a reproduction that is a script. */
  readonly script: ScriptSetting | undefined;
  /** Whether an emulator runs its programs. */
  readonly emulated: boolean;
  readonly signal: AbortSignal;
}

/** Seconds after which a build is given up. */
const BUILD_TIMEOUT_SECONDS = 1800;

/** Prepares images one after another, and shows the user which ones are built. */
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
        if (line !== undefined) print(line);
      },
      slot: (work) => work(),
      signal,
      refresh,
      timeoutSeconds: BUILD_TIMEOUT_SECONDS,
    },
  });
}

/** The dependencies of a command that builds images itself. */
interface Workshop {
  readonly engine: Engine;
  readonly prepare: Prepare;
  readonly signal: AbortSignal;
}

/** Opens the engine, and reports builds and interruptions. */
export function withPreparation<T>(
  options: EngineOptions & { readonly refresh?: boolean | undefined },
  { plan, selection }: LoadedPlan,
  use: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  return interruptible(
    () => {
      print('interrupted');
    },
    (signal) =>
      withEngine(options, bootstraps(selection), signal, (engine) =>
        withEmulation(engine, plan.environments, options, async () => {
          const prepare = await prepareAloud(engine, plan, signal, options.refresh);
          return use({ engine, prepare, signal });
        }),
      ),
  );
}

/** Why an image is not ready, or could not be looked into. A reason can quote a build's output. */
export function reasonText(
  outcome: { readonly reason: string } | { readonly type: 'cancelled' },
): string {
  return 'reason' in outcome ? visibleText(outcome.reason) : 'interrupted';
}

/** The labels and limits of a command's containers. */
export function limitsOf(
  plan: RunPlan,
  environmentId: string,
  labels: Record<string, string> = {},
) {
  const { memoryBytes, pids } = plan.limitsFor(environmentId, '');
  return { labels: containerLabels(labels), memoryBytes, pids };
}

/**
 * Opens the engine, prepares the image, and calls `use`. A failure on the way is reported.
 *
 * @returns what `use` returns, or the status of what could not be measured
 */
export async function withImage(
  options: EngineOptions,
  loaded: LoadedPlan,
  environment: Environment,
  use: (ready: ReadyImage) => Promise<number>,
): Promise<number> {
  const { plan } = loaded;
  return withPreparation(options, loaded, async ({ engine, prepare, signal }) => {
    const prepared = await prepare(environment);
    if (prepared.type !== 'ready') {
      print(reasonText(prepared));
      return EXIT.notMeasured;
    }
    const image = prepared.image.id;
    const limits = limitsOf(plan, environment.id);
    const { command } = environment.python;
    const malloc = environment.malloc?.name ?? 'default';
    const probed = await probe(engine, image, command, malloc, limits, signal);
    if (probed.type !== 'facts') {
      print(reasonText(probed));
      return EXIT.notMeasured;
    }
    const env = programPaths(plan.programs, probed.facts.libc.name);
    const script = scriptSettingOf(plan, environment, probed.executable);
    const emulated =
      prepared.emulated ??
      emulatedRows([{ id: environment.id, arch: probed.facts.arch }], engine.description.host.arch)
        .length > 0;
    return use({ engine, image, labels: limits.labels, env, script, emulated, signal });
  });
}
