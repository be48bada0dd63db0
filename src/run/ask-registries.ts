/**
 * Which registries answer, as an engine finds it: asked once, at the start of a run, so that a machine
 * without a registry reports the rows that need one in one line.
 */
import { groupBy } from '../group-by.ts';
import type { Engine, RegistryRefusal } from '../engine/engine.ts';
import { registryOf } from '../engine/images/images.ts';
import { isSilence, silenceText } from '../images/registry-silence.ts';
import type { Environment } from '../model.ts';
import { findLockedRow, type Lock } from '../pins/lock-file.ts';
import { leftOutText } from '../report/left-out-text.ts';
import type { RunPlan } from './plan.ts';
import { leavingOut, withRegistryRows, type LeftOut } from './registry-rows.ts';

/** An engine, as far as it is asked about registries. */
type RegistryEngine = Pick<Engine, 'registryRefusal' | 'pull' | 'description'>;

/** Seconds for a registry to answer. */
const ANSWER_SECONDS = 5;
/** Seconds for the same on an engine that has to pull the image for it. */
const PULL_SECONDS = 60;

/** What the question found. */
interface Answers {
  /** Rows whose registry does not answer. */
  readonly silent: LeftOut;
  /** Rows of whose registry nothing is known, because the engine could not be asked. */
  readonly unknown: LeftOut;
}

/**
 * Asks the registry of each such row whether it answers, by a request for one image. A registry that
 * refuses the image does answer: its rows are skipped one by one.
 *
 * @returns nothing where there are no such rows, and then no one is asked
 */
export async function askRegistries(
  engine: RegistryEngine,
  { registryRows = [] }: Pick<RunPlan, 'registryRows'>,
  signal: AbortSignal,
): Promise<Answers> {
  const registries = groupBy(registryRows, (row) => registryOf(referenceOf(row)));
  const asked = [...registries].map(async ([registry, rows]): Promise<Partial<Answers>> => {
    const refusal = await refusalOf(engine, referenceOf(rows[0]), signal);
    if (refusal?.isLost === true) {
      const reason = `the engine could not ask the registry ${registry}: ${refusal.reason}`;
      return { unknown: leavingOut(rows, reason) };
    }
    if (refusal === undefined || !isSilence(refusal.reason)) return {};
    return { silent: leavingOut(rows, silenceText(registry, refusal.reason)) };
  });
  const found = await Promise.all(asked);
  return {
    silent: found.flatMap(({ silent = [] }) => silent),
    unknown: found.flatMap(({ unknown = [] }) => unknown),
  };
}

/**
 * The plan with those of its registry rows whose registry answers. Where the engine could not be asked,
 * they stay, to be measured or to be errors.
 *
 * @param lock if the run is locked: rows that it lacks are left out as well
 * @param print is told how many rows are left out, and why
 */
export async function joinRegistryRows(
  engine: RegistryEngine,
  plan: RunPlan,
  { lock, print, signal }: JoinOptions,
): Promise<RunPlan> {
  const unlocked = lock
    ? plan.registryRows?.filter(({ id }) => !findLockedRow(lock, id, plan.home))
    : undefined;
  const registryRows = plan.registryRows?.filter((row) => unlocked?.includes(row) !== true);
  const { silent } = await askRegistries(engine, { registryRows }, signal);
  const whole = withRegistryRows(plan, [
    ...leavingOut(unlocked, 'the lock does not have them'),
    ...silent,
  ]);
  if (whole.leftOut) print(leftOutText(whole.leftOut));
  return whole;
}

interface JoinOptions {
  readonly lock?: Lock | undefined;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Why no image comes from there; undefined if it serves this one. */
async function refusalOf(
  engine: RegistryEngine,
  reference: string,
  signal: AbortSignal,
): Promise<RegistryRefusal | undefined> {
  // Podman knows no request that asks a registry without pulling.
  if (engine.description.name !== 'podman') {
    return engine.registryRefusal(reference, ANSWER_SECONDS, signal);
  }
  const options = { timeoutSeconds: PULL_SECONDS, onLine: () => undefined };
  const pulled = await engine.pull(reference, options, signal);
  return 'reason' in pulled
    ? { reason: pulled.reason, isLost: pulled.type === 'failed' }
    : undefined;
}

/** The image of a registry that a row starts from. */
function referenceOf(row: Environment | undefined): string {
  const source = row?.base.sources.find(({ type }) => type === 'pull');
  return source?.type === 'pull' ? source.reference : '';
}
