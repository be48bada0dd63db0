/** A round of the soak: one run, resumed until it is complete. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadedPlan } from '../src/app/load-plan.ts';
import type { BoundedDisk } from './bounded-disk.ts';
import {
  falseVerdicts,
  leftovers,
  measuredSoFar,
  readReport,
  wrongResults,
  type Measured,
} from './checks.ts';
import { DISTURBANCES } from './disturbances.ts';
import type { Figures } from './figures.ts';
import { startPart, type Part } from './orchestrator.ts';
import type { SoakPlaces } from './places.ts';
import type { Random } from './random.ts';

/** Disturbed parts of a run; then it is left alone until it has finished. */
const DISTURBED_PARTS = 8;
/** Undisturbed ones after them: the first may find the disk or the engine as the last one left it. */
const QUIET_PARTS = 3;
/** Seconds without a word after which the program hangs: above the longest limit of a call. */
const SILENCE_SECONDS = 240;
/** Seconds between two disturbances at most, for each cell that there is to disturb. */
const PAUSE_SECONDS = 0.25;
/** Leftovers of a killed program disappear by themselves after this time. */
const GONE_SECONDS = 10;

export interface RoundContext {
  readonly places: SoakPlaces;
  readonly loaded: LoadedPlan;
  readonly disk: BoundedDisk;
  readonly random: Random;
  readonly only: readonly string[];
  /** When the soak ends, by the clock of `performance`; a round continues to its end. */
  readonly end: { readonly at: number };
  readonly figures: Figures;
  readonly print: (text: string) => void;
}

export async function soakRound(context: RoundContext): Promise<void> {
  const { places, loaded, only, figures, print } = context;
  figures.rounds += 1;
  const began = performance.now();
  const wrongBefore = figures.wrongs;
  const done: string[] = [];
  const earlier: Measured[] = [];
  const before = await measuredSoFar(places, loaded);
  const previous = typeof before === 'object' ? before.id : '';
  let quiet = 0;
  let parts = 0;
  let status: number | null = null;
  while (quiet < QUIET_PARTS) {
    // A part that was killed before it measured anything has left nothing to resume.
    const now = await measuredSoFar(places, loaded);
    const resumes = typeof now === 'object' && now.id !== previous;
    const before = leftovers(places);
    const part = startPart(places, resumes, only);
    parts += 1;
    figures.parts += 1;
    if (resumes) figures.resumptions += 1;
    const disturbed = parts <= DISTURBED_PARTS && performance.now() < context.end.at;
    if (!disturbed) quiet += 1;
    const ended = await withDisturbances(context, part, disturbed, done);
    ({ status } = ended);
    if (ended.hung) figures.wrong(`round ${figures.rounds}: ${SILENCE_SECONDS} s without a word`);
    if (status !== null && ![0, 1, 3, 4, 130, 143].includes(status)) {
      figures.wrong(`round ${figures.rounds}: status ${status}: ${part.printed().slice(-1000)}`);
    }
    // A part without an engine cannot remove leftovers of an earlier one.
    await checkLeftovers(context, ended, part.hadEngine() ? [] : before);
    const measured = await measuredSoFar(places, loaded);
    if (typeof measured === 'string') {
      figures.wrong(`round ${figures.rounds}: ${measured}`);
      break;
    }
    if (measured && measured.id !== previous) earlier.push(measured);
    const report = measured && measured.id !== previous && readReport(places, measured.id);
    if (report && typeof report === 'object') {
      for (const text of falseVerdicts(report))
        figures.wrong(`round ${figures.rounds}: false: ${text}`);
      const decided = report.summary.error + report.summary.skipped === 0;
      if (status !== null && report.run.complete && decided && ended.orderly) break;
    }
  }
  checkResults(context, earlier);
  print(
    `round ${figures.rounds}: ${((performance.now() - began) / 1000).toFixed(0)} s, ${parts} parts, status ${String(status)}` +
      `${figures.wrongs > wrongBefore ? ', WRONG' : ''}; ${done.join('; ') || 'undisturbed'}`,
  );
}

/** Compares the report of the round with everything that was measured on the way. */
function checkResults(
  { places, loaded, figures }: RoundContext,
  earlier: readonly Measured[],
): void {
  const last = earlier.at(-1);
  const fail = (text: string) => {
    figures.wrong(`round ${figures.rounds}: ${text}`);
  };
  if (!last) {
    fail('nothing was measured');
    return;
  }
  const report = readReport(places, last.id);
  if (typeof report === 'string') {
    fail(`the report cannot be read: ${report}`);
    return;
  }
  for (const text of wrongResults(report, loaded.plan, earlier, last)) fail(text);
  for (const { verdict } of report.cells) figures.verdict(verdict);
}

interface Ended {
  readonly status: number | null;
  /** It ended by itself or at a first signal, and not by being killed. */
  readonly orderly: boolean;
  readonly hung: boolean;
  /** Whether the engine and its disk were left in peace. */
  readonly engineWell: boolean;
}

async function withDisturbances(
  context: RoundContext,
  part: Part,
  disturbed: boolean,
  done: string[],
): Promise<Ended> {
  const { random, figures, loaded } = context;
  const cells = loaded.selection.cells.length;
  const over = new AbortController();
  const state: {
    signalledAt?: number;
    orderly: boolean;
    hung: boolean;
    /** A disturbed engine or disk may be slow. */
    engineWell: boolean;
  } = { orderly: true, hung: false, engineWell: true };
  const watch = setInterval(() => {
    if (part.silence() > SILENCE_SECONDS && !state.hung) {
      state.hung = true;
      part.process.kill('SIGKILL');
    }
  }, 1000);
  const isFinished = () => over.signal.aborted;
  const disturb = async () => {
    while (disturbed && !isFinished()) {
      const seconds = random.between(0.2, 2 + PAUSE_SECONDS * cells);
      await sleep(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
      if (isFinished()) return;
      const name = random.pick(Object.keys(DISTURBANCES));
      if (name.includes('engine') || name.includes('disk')) state.engineWell = false;
      if (name === 'SIGINT to the program' || name === 'SIGTERM to the program') {
        // A second signal ends the program at once, whatever is in progress.
        if (state.signalledAt !== undefined) state.orderly = false;
        state.signalledAt ??= performance.now();
      } else if (name.startsWith('SIG')) {
        state.orderly = false;
      }
      const how = await DISTURBANCES[name]?.({ ...context, part });
      if (how === undefined) continue;
      figures.disturbance(name);
      done.push(how === '' ? name : `${name} ${how}`);
    }
  };
  const disturbing = disturb();
  const { status } = await part.ended;
  const endedAt = performance.now();
  over.abort();
  clearInterval(watch);
  await disturbing;
  context.disk.free();
  if (state.signalledAt !== undefined && state.orderly && state.engineWell && status !== null) {
    figures.graceful((endedAt - state.signalledAt) / 1000);
  }
  return {
    status,
    // A signal before the program listens ends it before it has checked anything.
    orderly: state.orderly && !state.hung && status !== null,
    hung: state.hung,
    engineWell: state.engineWell,
  };
}

/** Immediately if the program could clean up; otherwise its leftovers must disappear soon. */
async function checkLeftovers(
  context: RoundContext,
  ended: Ended,
  excused: readonly string[],
): Promise<void> {
  const { places, figures } = context;
  if (!ended.orderly) {
    // The rest is for the next start, and is looked for after that.
    await sleep(200);
    return;
  }
  const giveUpAt = performance.now() + GONE_SECONDS * 1000;
  // A container whose engine died first can only be removed by the next one.
  const look = () =>
    leftovers(places).filter(
      (what) => !(what.startsWith('containers') && (!ended.engineWell || excused.includes(what))),
    );
  let left = look();
  while (left.length > 0 && performance.now() < giveUpAt) {
    await sleep(250);
    left = look();
  }
  if (left.length > 0) figures.wrong(`round ${figures.rounds}: left behind: ${left.join('; ')}`);
}
