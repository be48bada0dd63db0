/** The answer of a bisection in words. Pure. */
import type { ReportEnvironment } from '../report/schema.ts';
import { placeOf, type Axis } from '../report/row-place.ts';
import { quantity } from '../text/quantity.ts';
import { placesOf, type Known, type Step } from './next-step.ts';
import { dayDifference } from './day-difference.ts';

/** A version or a day of a search, with its result. */
export interface Candidate {
  readonly environment: string;
  /** In a search along date, such as `2026-08-30`. */
  readonly day?: string | undefined;
  readonly row?: ReportEnvironment | undefined;
  readonly verdict: Known;
  /** Why there is no verdict. */
  readonly reason?: string | undefined;
}

const VERBS = { pass: 'does not reproduce', fail: 'reproduces' } as const;

/** One or more lines, each a sentence. Along date, the candidates are the days of one row. */
export function formatBisection(
  step: Step,
  scenario: string,
  along: Axis | 'date',
  rows: readonly Candidate[],
): readonly string[] {
  const unit = along === 'date' ? 'day' : 'version';
  const name = (candidate: Candidate | undefined) => describe(candidate, along);
  // A search can have hundreds of days, so those in a row are one item.
  const list = (places: readonly number[]) =>
    (along === 'date' ? runsOf(places) : places.map((at) => [at, at] as const))
      .map(([from, to]) =>
        from === to ? name(rows[from]) : `${name(rows[from])} to ${name(rows[to])}`,
      )
      .join(', ');
  const measured = rows.filter(({ verdict }) => verdict !== null).length;
  const cost = `${measured} of ${quantity(rows.length, unit)} were measured.`;
  switch (step.type) {
    case 'measure':
      return [`${scenario}: the search was interrupted.`, cost];
    case 'undecided':
      return [
        `${scenario}: fewer than two ${unit}s passed or failed, so there is nothing to compare.`,
        cost,
      ];
    case 'same': {
      const { decided } = placesOf(rows.map(({ verdict }) => verdict));
      const between = rows.slice(decided[0], decided.at(-1));
      const lines = [
        `${scenario} ${VERBS[step.verdict]} with both the oldest and the newest ${unit} that passed or failed.`,
      ];
      if (between.some(({ verdict }) => verdict === null)) {
        lines.push(
          `The ${unit}s between them were not all measured and may differ. Use --all to measure every ${unit}.`,
        );
      }
      return [...lines, cost];
    }
    case 'found': {
      const [last, first] = [rows[step.last], rows[step.first]];
      const verdict = first?.verdict === 'fail' ? 'fail' : 'pass';
      const lines = [
        `${scenario} ${VERBS[verdict]} from ${name(first)} on. Up to ${name(last)} it ${VERBS[verdict === 'fail' ? 'pass' : 'fail']}.`,
        ...(along === 'date' ? dayDifference(last?.row, first?.row) : []),
      ];
      if (step.undecided.length > 0) {
        lines.push(
          `Between them, these are inconclusive or not measured: ${list(step.undecided)}.`,
        );
      }
      if (step.flips.length > 1) {
        lines.push(
          `The verdicts are not monotonic: they change again at ${list(step.flips.slice(1))}.`,
        );
      }
      return [...lines, cost];
    }
  }
}

/** Places that follow each other, as the first and the last of each run. */
function runsOf(places: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const at of places) {
    const run = runs.at(-1);
    if (run?.[1] === at - 1) run[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}

function describe(searched: Candidate | undefined, along: Axis | 'date'): string {
  if (along === 'date') return searched?.day ?? 'an unknown day';
  if (!searched) return 'an unknown version';
  const { row } = searched;
  const place = row && placeOf(row);
  if (!place) return searched.environment;
  const exact = along === 'libc' ? row.libc?.package : row.python?.version;
  return `${place[along].line} ${place[along].version} (${searched.environment}, ${exact ?? ''})`;
}
