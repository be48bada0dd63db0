/** What is happening right now, in a few lines. Pure. */
import { shortened, visibleLine } from '../report/visible-text.ts';
import { duration } from './duration.ts';
import { estimate, type ProgressState } from './state.ts';

/**
 * @param now seconds of the state's clock
 * @param width columns of the terminal
 */
export function liveBlock(state: ProgressState, now: number, width: number): string {
  const left = estimate(state, now);
  const verdicts = Object.entries(state.verdicts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
  const lines = [
    '',
    ...[...state.building].map(
      ([image, { since, line }]) =>
        `  building ${image} (${duration(now - since)})  ${visibleLine(line)}`,
    ),
    ...[...state.measuring].map(
      ([environment, scenario]) => `  measuring ${environment}  ${scenario}`,
    ),
    [
      `${state.cellsDone}/${state.cells} cells`,
      ...(verdicts === '' ? [] : [verdicts]),
      `${state.built} images built, ${state.cached} cached`,
      duration(now - state.startedAt),
      state.interrupted
        ? 'stopping'
        : left === undefined
          ? 'no estimate yet'
          : `about ${duration(left)} left`,
    ].join(' · '),
  ];
  return lines.map((line) => shortened(line, Math.max(20, width - 1))).join('\n');
}
