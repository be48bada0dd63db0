/** All environments of a scenario put together: what a launcher did against a change. Pure. */
import { groupBy } from '../group-by.ts';
import type { Cell, Report } from '../report/schema.ts';
import { boundText, markOf, percent, SYMBOLS } from '../report/cell-text.ts';
import { isControl } from './control.ts';

type ReportScenario = Report['scenarios'][number];

/** What one scenario's cells came to. */
export interface ScenarioTotal {
  readonly scenario: ReportScenario;
  /** Cells with a verdict of pass or fail. */
  readonly measured: number;
  readonly failing: number;
  /** `✓`, or `✗` with the symptoms of all failing cells, the most frequent first; `–` or `?` if nothing was measured. */
  readonly mark: string;
  /** `8.3 to 60 %` of the failing cells, else the largest bound of the passing ones, `≤ 0.20 %`; empty if neither is known. */
  readonly rates: string;
}

/** The total of each scenario but the controls, in the order of the report. */
export function scenarioTotals({
  scenarios,
  cells,
}: Pick<Report, 'scenarios' | 'cells'>): readonly ScenarioTotal[] {
  const own = groupBy(cells, ({ scenario }) => scenario);
  return scenarios
    .filter((scenario) => !isControl(scenario))
    .map((scenario) => totalOf(scenario, own.get(scenario.id) ?? []));
}

function totalOf(scenario: ReportScenario, cells: readonly Cell[]): ScenarioTotal {
  const failing = cells.filter(({ verdict }) => verdict === 'fail');
  const passing = cells.filter(({ verdict }) => verdict === 'pass');
  const bounds = passing.flatMap(({ bound }) => bound ?? []);
  return {
    scenario,
    measured: failing.length + passing.length,
    failing: failing.length,
    mark:
      failing.length > 0
        ? symptomMark(failing)
        : SYMBOLS[passing.length > 0 ? 'pass' : (cells[0]?.verdict ?? 'missing')],
    rates:
      failing.length > 0
        ? rangeText(failing)
        : bounds.length > 0
          ? boundText(Math.max(...bounds))
          : '',
  };
}

/** `✗se`: the symptoms of failing cells together, the most frequent first. */
export function symptomMark(failing: readonly Pick<Cell, 'symptoms'>[]): string {
  const symptoms: Record<string, number> = {};
  for (const cell of failing) {
    for (const [symptom, times] of Object.entries(cell.symptoms)) {
      symptoms[symptom] = (symptoms[symptom] ?? 0) + times;
    }
  }
  return markOf({ verdict: 'fail', symptoms });
}

/** The lowest and the highest rate of failing cells: `8.3 to 60 %`; empty if none has a rate. */
function rangeText(failing: readonly Cell[]): string {
  const values = failing.flatMap(({ rate }) => rate?.value ?? []);
  if (values.length === 0) return '';
  const [low, high] = [percent(Math.min(...values)), percent(Math.max(...values))];
  return low === high ? low : `${low.replace(' %', '')} to ${high}`;
}
