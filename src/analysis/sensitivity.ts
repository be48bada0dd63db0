/**
 * Whether this run can have seen the race at all. A host that cannot show it passes everything, so a
 * pass counts only where the run has shown that it can. Pure.
 */
import type { Cell, Report } from '../report/schema.ts';
import { isControl } from './control.ts';

/** Facts about the host that measured. */
export interface MeasuringHost {
  /** CPUs that a trial could use. */
  readonly cpus: number;
  /** Ids of environments whose images are of another architecture than the host's, and emulated. */
  readonly emulated?: readonly string[];
  /** Whether whole runs of a script were measured, of which nothing is expected. */
  readonly isScript?: boolean;
}

/** The consequences for a report. */
export interface Sensitivity {
  /** The cells, with passes that nothing vouches for as inconclusive. */
  readonly cells: readonly Cell[];
  /** Sentences for the top of the report; empty if the run has shown that it can see the race. */
  readonly warnings: readonly string[];
}

/**
 * Judges the passes of a run by what else the run has seen:
 *
 * - Fewer than two CPUs: no race can happen, so no pass counts.
 * - An emulated architecture: threads take turns in other places, so no pass of such a row counts.
 * - Nothing failed although the run holds cells that are expected to fail (whatever became of them):
 *   the host may be unable to show the race, so no pass counts.
 * - Nothing failed and nothing was expected to: the passes stay, but a warning states that nothing
 *   proves the host's sensitivity.
 *
 * Controls pass because there is no race in them, so they stay as they are, and their failures show
 * nothing either. Applying this to its own result changes nothing further.
 *
 * @param cells all cells of the run, or of everything that was merged into one report
 */
export function judgeSensitivity(
  cells: readonly Cell[],
  scenarios: Report['scenarios'],
  host: MeasuringHost,
): Sensitivity {
  const controls = new Set(scenarios.filter(isControl).map(({ id }) => id));
  const assays = cells.filter(({ scenario }) => !controls.has(scenario));
  const doubts = doubtsAbout(assays, host);
  return {
    warnings: doubts.map(({ warning }) => warning),
    cells: cells.map((cell) => {
      if (cell.verdict !== 'pass' || controls.has(cell.scenario)) return cell;
      const doubt = doubts.find(({ covers }) => covers(cell));
      return doubt ? { ...cell, verdict: 'inconclusive', reason: doubt.reason } : cell;
    }),
  };
}

interface Doubt {
  readonly warning: string;
  /** Which passes do not count because of it. */
  readonly covers: (cell: Cell) => boolean;
  /** The reason of an inconclusive cell. */
  readonly reason: string;
}

function doubtsAbout(assays: readonly Cell[], host: MeasuringHost): Doubt[] {
  if (assays.length === 0) return [];
  const doubts: Doubt[] = [];
  if (host.cpus < 2) {
    doubts.push({
      warning:
        `This host has ${host.cpus} CPU for trials, and a race needs two. ` +
        `All passes are inconclusive. Use a host with more CPUs.`,
      covers: () => true,
      reason: 'did not reproduce, but on a host with one CPU no race can happen',
    });
  }
  const emulated = new Set(host.emulated ?? []);
  if (assays.some(({ environment }) => emulated.has(environment))) {
    doubts.push({
      warning:
        'Some rows ran under emulation of another architecture, which may hide the race. ' +
        'Their passes are inconclusive.',
      covers: ({ environment }) => emulated.has(environment),
      reason: 'did not reproduce, but emulation of another architecture may hide the race',
    });
  }
  // A failure under emulation proves nothing about the host itself.
  const native = assays.filter(({ environment }) => !emulated.has(environment));
  if (native.some(({ verdict }) => verdict === 'fail')) return doubts;
  const expected = native.filter((cell) => cell.expected === 'fail').length;
  if (expected > 0) {
    doubts.push({
      warning:
        `This host may be unable to show the race: ` +
        (expected === 1
          ? 'the only cell that is expected to fail did not. '
          : `none of the ${expected} cells that are expected to fail did. `) +
        `All passes are inconclusive.`,
      covers: () => true,
      reason:
        'did not reproduce, but neither did any cell that is expected to fail: ' +
        'this host may be unable to show the race',
    });
  } else if (host.isScript !== true && native.some(({ verdict }) => verdict === 'pass')) {
    doubts.push({
      warning:
        'Nothing failed, and no cell of this run is expected to fail. So it is unknown whether this ' +
        'host can show the race. Add a cell that is known to fail.',
      covers: () => false,
      reason: '',
    });
  }
  return doubts;
}
