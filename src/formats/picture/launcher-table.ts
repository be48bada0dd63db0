/** The picture's second table: what each launcher did against each change, in all environments together. */
import { MUTATIONS } from '../../model.ts';
import type { Report } from '../../report/schema.ts';
import { scenarioTotals, type ScenarioTotal } from '../../analysis/scenario-totals.ts';
import type { XmlElement } from '../../text/xml-text.ts';
import { addLine, addText, LINE, PADDING, ROW } from './shapes.ts';

const TITLE = 'All launchers: in how many environments calls failed, and the share of those calls';

/** Space above the first launcher: the title and the names of the changes. */
const HEAD = 3 * LINE;

export interface LauncherTable {
  /** Changes of the environment, controls apart. */
  readonly changes: readonly string[];
  readonly rows: readonly {
    readonly launcher: string;
    /** What the launcher calls underneath; empty if the report does not state it. */
    readonly mechanism: string;
    /** In the order of the changes; undefined where the report has no such scenario. */
    readonly totals: readonly (ScenarioTotal | undefined)[];
  }[];
}

const NONE: LauncherTable = { changes: [], rows: [] };

/** The launchers of a report; no rows for undefined and for a report with fewer than two launchers. */
export function launcherTableOf(report: Report | undefined): LauncherTable {
  if (!report) return NONE;
  const totals = scenarioTotals(report);
  const launchers = [...new Set(totals.flatMap(({ scenario }) => scenario.launcher ?? []))];
  if (launchers.length < 2) return NONE;
  const changes = MUTATIONS.filter((change) =>
    totals.some(({ scenario }) => scenario.mutation === change),
  );
  return {
    changes,
    rows: launchers.map((launcher) => {
      const own = totals.filter(({ scenario }) => scenario.launcher === launcher);
      return {
        launcher,
        mechanism: own[0]?.scenario.mechanism ?? '',
        totals: changes.map((change) => own.find(({ scenario }) => scenario.mutation === change)),
      };
    }),
  };
}

/** Pixels that the table takes, with the space above it; 0 without rows. */
export function launcherTableHeight({ rows }: LauncherTable): number {
  return rows.length === 0 ? 0 : HEAD + LINE + rows.length * ROW;
}

/** Draws the table, in the columns of the one above it. */
export function addLaunchers(
  svg: XmlElement,
  { changes, rows }: LauncherTable,
  {
    left,
    launchersTop,
    pitch,
    width,
  }: Readonly<Record<'left' | 'launchersTop' | 'pitch' | 'width', number>>,
): void {
  if (rows.length === 0) return;
  const top = launchersTop + HEAD + LINE;
  addText(svg, 'bold', PADDING, top - 2 * LINE, TITLE);
  for (const [x, change] of changes.entries()) {
    addText(svg, 'bold', left + x * pitch + 10, top - 8, change);
  }
  addLine(svg, 'line', PADDING, width - PADDING, top);
  for (const [y, { launcher, mechanism, totals }] of rows.entries()) {
    const upper = top + y * ROW;
    addText(svg, 'bold', PADDING, upper + 17, launcher);
    addText(svg, 'muted small', PADDING, upper + 32, mechanism);
    for (const [x, total] of totals.entries()) {
      if (total) addTotal(svg, total, left + x * pitch, upper, pitch);
    }
    addLine(svg, 'line', PADDING, width - PADDING, upper + ROW);
  }
}

function addTotal(
  svg: XmlElement,
  total: ScenarioTotal,
  x: number,
  y: number,
  pitch: number,
): void {
  const { mark, measured, failing, rates } = total;
  const kind = measured === 0 ? 'none' : failing > 0 ? 'fail' : 'pass';
  const box = { x: x + 1, y: y + 1, width: pitch - 2, height: ROW - 2 };
  svg.ele('rect', { class: kind, ...box });
  const count =
    measured === 0 ? '' : failing > 0 ? ` ${failing} of ${measured}` : ` all ${measured}`;
  addText(svg, `bold on-${kind}`, x + 10, rates === '' ? y + 25 : y + 18, `${mark}${count}`);
  addText(svg, `small on-${kind}`, x + 10, y + 32, rates);
}
