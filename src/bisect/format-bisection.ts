/** The answer of a bisection in words. Pure. */
import type { ReportEnvironment } from '../report/schema.ts';
import { placeOf, type Axis } from '../report/row-place.ts';
import { quantity } from '../text/quantity.ts';
import type { Known, Step } from './next-step.ts';
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

/** What an answer calls the candidates of its search. */
interface Words {
  /** The singular, as in `the oldest version`. */
  readonly unit: string;
  readonly name: (candidate: Candidate | undefined) => string;
  /** The candidates at these places, which are in order. */
  readonly list: (places: readonly number[]) => string;
  /** Sentences about two neighbours with different verdicts. */
  readonly difference: (
    last: Candidate | undefined,
    first: Candidate | undefined,
  ) => readonly string[];
}

const VERBS = { pass: 'does not reproduce', fail: 'reproduces' } as const;

/** One or more lines, each a sentence. */
export function formatBisection(
  step: Step,
  scenario: string,
  along: Axis,
  rows: readonly Candidate[],
): readonly string[] {
  const name = (candidate: Candidate | undefined) => describe(candidate, along);
  return answer(step, scenario, rows, {
    unit: 'version',
    name,
    list: (places) => places.map((at) => name(rows[at])).join(', '),
    difference: () => [],
  });
}

/** As {@link formatBisection}, of one row along date. */
export function formatDateBisection(
  step: Step,
  scenario: string,
  days: readonly Candidate[],
): readonly string[] {
  const name = (candidate: Candidate | undefined) => candidate?.day ?? 'an unknown day';
  return answer(step, scenario, days, {
    unit: 'day',
    name,
    list: (places) =>
      runsOf(places)
        .map(([from, to]) =>
          from === to ? name(days[from]) : `${name(days[from])} to ${name(days[to])}`,
        )
        .join(', '),
    difference: (last, first) => dayDifference(last?.row, first?.row),
  });
}

function answer(
  step: Step,
  scenario: string,
  rows: readonly Candidate[],
  { unit, name, list, difference }: Words,
): readonly string[] {
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
    case 'same':
      return [
        `${scenario} ${VERBS[step.verdict]} with both the oldest and the newest ${unit} that passed or failed.`,
        `The ${unit}s between them were not all measured and may differ. Use --all to measure every ${unit}.`,
        cost,
      ];
    case 'found': {
      const [last, first] = [rows[step.last], rows[step.first]];
      const verdict = first?.verdict === 'fail' ? 'fail' : 'pass';
      const lines = [
        `${scenario} ${VERBS[verdict]} from ${name(first)} on. Up to ${name(last)} it ${VERBS[verdict === 'fail' ? 'pass' : 'fail']}.`,
        ...difference(last, first),
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

function describe(searched: Candidate | undefined, along: Axis): string {
  if (!searched) return 'an unknown version';
  const { row } = searched;
  const place = row && placeOf(row);
  if (!place) return searched.environment;
  const exact = along === 'libc' ? row.libc?.package : row.python?.version;
  return `${place[along].line} ${place[along].version} (${searched.environment}, ${exact ?? ''})`;
}
