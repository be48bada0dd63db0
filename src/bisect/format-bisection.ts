/** The answer of a bisection in words. Pure. */
import type { ReportEnvironment } from '../report/schema.ts';
import { placeOf, type Axis } from '../report/row-place.ts';
import type { Known, Step } from './next-step.ts';

/** A version of a search, with its result. */
export interface Candidate {
  readonly environment: string;
  readonly row?: ReportEnvironment;
  readonly verdict: Known;
  /** Why there is no verdict. */
  readonly reason?: string;
}

const VERBS = { pass: 'does not reproduce', fail: 'reproduces' } as const;

/** One or more lines, each a sentence. */
export function formatBisection(
  step: Step,
  scenario: string,
  along: Axis,
  rows: readonly Candidate[],
): readonly string[] {
  const measured = rows.filter(({ verdict }) => verdict !== null).length;
  const cost = `${measured} of ${rows.length} versions were measured.`;
  const named = (at: number) => describe(rows[at], along);
  switch (step.type) {
    case 'measure':
      return [`${scenario}: the search was interrupted.`, cost];
    case 'undecided':
      return [
        `${scenario}: fewer than two versions passed or failed, so there is nothing to compare.`,
        cost,
      ];
    case 'same':
      return [
        `${scenario} ${VERBS[step.verdict]} with both the oldest and the newest version.`,
        'The versions between them were not all measured and may differ. Use --all to measure every version.',
        cost,
      ];
    case 'found': {
      const verdict = rows[step.first]?.verdict === 'fail' ? 'fail' : 'pass';
      const lines = [
        `${scenario} ${VERBS[verdict]} from ${named(step.first)} on. Up to ${named(step.last)} it ${VERBS[verdict === 'fail' ? 'pass' : 'fail']}.`,
      ];
      if (step.undecided.length > 0) {
        lines.push(
          `Between them, these are inconclusive or not measured: ${step.undecided.map(named).join(', ')}.`,
        );
      }
      if (step.flips.length > 1) {
        lines.push(
          `The verdicts are not monotonic: they change again at ${step.flips.slice(1).map(named).join(', ')}.`,
        );
      }
      return [...lines, cost];
    }
  }
}

function describe(searched: Candidate | undefined, along: Axis): string {
  if (!searched) return 'an unknown version';
  const { row } = searched;
  const place = row && placeOf(row);
  if (!place) return searched.environment;
  const exact = along === 'libc' ? row.libc?.package : row.python?.version;
  return `${place[along].line} ${place[along].version} (${searched.environment}, ${exact ?? ''})`;
}
