/** The current activity: a few lines for a terminal, one for a log. Pure. */
import { quantity } from '../text/quantity.ts';
import { shortened, visibleLine } from '../text/visible-text.ts';
import { durationText } from '../text/duration.ts';
import { estimate, type ProgressState } from './state.ts';

/**
 * @param now seconds of the state's clock
 * @param width columns of the terminal
 */
export function liveBlock(state: ProgressState, now: number, width: number): string {
  const lines = [
    '',
    ...[...state.building].map(
      ([image, { since, line }]) =>
        `  building ${image} (${durationText(now - since)})  ${visibleLine(line)}`,
    ),
    ...[...state.measuring].map(
      ([environment, scenario]) => `  measuring ${environment}  ${scenario}`,
    ),
    statusParts(state, now).join(' · '),
  ];
  return lines.map((line) => shortened(line, Math.max(20, width - 1))).join('\n');
}

/** The progress of the run and the current builds, for a log in which nothing can be redrawn. */
export function statusLine(state: ProgressState, now: number): string {
  const building = [...state.building].map(
    ([image, { since }]) => `${image} (${durationText(now - since)})`,
  );
  const underWay = building.length === 0 ? [] : [`building ${building.join(', ')}`];
  return [...statusParts(state, now), ...underWay].join(' · ');
}

function statusParts(state: ProgressState, now: number): readonly string[] {
  const left = estimate(state, now);
  const verdicts = Object.entries(state.verdicts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
  return [
    `${state.cellsDone}/${state.cells} cells`,
    ...(verdicts === '' ? [] : [verdicts]),
    `${quantity(state.built, 'image')} built, ${state.cached} cached`,
    durationText(now - state.startedAt),
    state.interrupted
      ? 'stopping'
      : left === undefined
        ? 'no estimate yet'
        : `about ${durationText(left)} left`,
  ];
}
