/** A history in one sentence. Pure. */
import { flipCause } from './diff-text.ts';
import type { RunLine } from './run-line.ts';
import type { CellHistory } from './transitions.ts';

/**
 * How many verdicts flipped over which runs, and how many of them flipped alone.
 *
 * @param runs from the oldest to the newest
 * @param cells what these runs collapse to
 */
export function historyHeadline(runs: readonly RunLine[], cells: readonly CellHistory[]): string {
  const [first, last] = [runs.at(0), runs.at(-1)];
  if (!first || !last) return 'There is no run in this history yet.';
  if (runs.length === 1)
    return 'There is one run in this history. Changes show from the second run on.';
  const over = `in ${runs.length} runs from ${dayOf(first)} to ${dayOf(last)}`;
  const flips = cells
    .flatMap(({ stretches }) => stretches)
    .flatMap(({ change }) => (change?.kind === 'flipped' ? [flipCause(change.facts).type] : []));
  if (flips.length === 0) return `No verdict flipped ${over}.`;
  const together = flips.filter((type) => type === 'together').length;
  const alone = flips.length - together;
  return (
    `${flips.length === 1 ? 'One verdict' : `${flips.length} verdicts`} flipped ${over}: ` +
    [
      together > 0 ? `${together} together with the C library, Python or shell` : '',
      alone > 0 ? `${alone} without any change of those, which is noise or a discovery` : '',
    ]
      .filter((part) => part !== '')
      .join(', ') +
    '.'
  );
}

function dayOf({ run }: RunLine): string {
  return run.startedAt.slice(0, 10);
}
