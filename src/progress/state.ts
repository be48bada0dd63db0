/** The state of a run, from its events. Pure: a state and an event give the next state. */
import type { RunEvent } from '../run/events.ts';
import type { Verdict } from '../model.ts';

export interface ProgressState {
  readonly cells: number;
  readonly cellsDone: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Images in progress, with the moment of their start and their newest line. */
  readonly building: ReadonlyMap<string, { readonly since: number; readonly line: string }>;
  readonly built: number;
  readonly cached: number;
  /** The cell that each row is at. */
  readonly measuring: ReadonlyMap<string, string>;
  /** Whether any cell was started, and not only taken over from an earlier part of the run. */
  readonly isMeasuring: boolean;
  readonly startedAt: number;
  readonly interrupted: boolean;
}

/** @param now seconds of a monotonic clock */
export function initialProgress(now: number): ProgressState {
  return {
    cells: 0,
    cellsDone: 0,
    verdicts: {},
    building: new Map(),
    built: 0,
    cached: 0,
    measuring: new Map(),
    isMeasuring: false,
    startedAt: now,
    interrupted: false,
  };
}

/** The state after an event. @param now seconds of the same clock */
export function advance(state: ProgressState, event: RunEvent, now: number): ProgressState {
  switch (event.type) {
    case 'run-started':
      return { ...state, cells: event.cells };
    case 'image-started':
      return {
        ...state,
        building: new Map(state.building).set(event.image, { since: now, line: '' }),
      };
    case 'image-line': {
      const under = state.building.get(event.image);
      if (!under) return state;
      return {
        ...state,
        building: new Map(state.building).set(event.image, { ...under, line: event.line }),
      };
    }
    case 'image-finished': {
      const building = new Map(state.building);
      building.delete(event.image);
      // An image that failed, is unavailable or was cancelled is neither.
      if (event.outcome !== 'ready') return { ...state, building };
      return event.built
        ? { ...state, building, built: state.built + 1 }
        : { ...state, building, cached: state.cached + 1 };
    }
    case 'cell-started':
      return {
        ...state,
        isMeasuring: true,
        measuring: new Map(state.measuring).set(event.environment, event.scenario),
      };
    case 'cell-finished': {
      const { environment, verdict } = event.cell;
      const measuring = new Map(state.measuring);
      measuring.delete(environment);
      return {
        ...state,
        measuring,
        cellsDone: state.cellsDone + 1,
        verdicts: { ...state.verdicts, [verdict]: (state.verdicts[verdict] ?? 0) + 1 },
      };
    }
    case 'interrupted':
      return { ...state, interrupted: true };
    case 'environment-probed':
    case 'trial-finished':
    case 'notice':
      return state;
  }
}

/**
 * The remaining seconds, by the pace so far: elapsed time per finished work, times the remaining
 * work. Builds come before trials, so the first estimates of a cold run are too low.
 *
 * @returns undefined until there is a pace to go by
 */
export function estimate(state: ProgressState, now: number): number | undefined {
  if (state.cellsDone === 0 || !state.isMeasuring) return undefined;
  const pace = (now - state.startedAt) / state.cellsDone;
  return pace * (state.cells - state.cellsDone);
}
