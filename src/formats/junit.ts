/**
 * junit.xml: a suite an environment, a case a scenario, for what shows test results of a build. Pure.
 *
 * There is no standard; this keeps to the schema that Jenkins' xUnit plugin publishes as
 * junit-10.xsd, in which a case has output but no properties. So the axes are properties of suites.
 */
import { create } from 'xmlbuilder2';
import { SYMPTOMS } from '../model.ts';
import type { Cell, Report } from '../report/schema.ts';
import { cellText, percent } from '../report/cell-text.ts';
import { factsByName } from '../report/facts-text.ts';
import { gridOf, type GridRow } from '../report/grid.ts';
import { hostText } from '../report/run-text.ts';
import { isConclusive, isUnexpected } from '../report/summary.ts';
import { xmlLine, xmlText, type XmlElement } from '../text/xml-text.ts';

/** How a cell counts for a build: only a decided cell that is not contradicted is a success. */
type TestOutcome =
  | { readonly type: 'success' }
  | {
      readonly type: 'failure' | 'error' | 'skipped';
      readonly kind: string;
      readonly message: string;
    };

/**
 * Writes the report as JUnit XML, a suite a part, so that there never is a tree of them all.
 *
 * - A verdict that contradicts what was expected is a `failure`; one that is expected, or about which
 *   nothing is expected, is a success, be it pass or fail.
 * - `error`, `inconclusive` and a missing cell are an `error`: nothing was found out.
 * - `skipped` is `skipped`.
 *
 * Control characters, which XML cannot hold, are replaced by visible signs.
 */
export function* junitParts(report: Report): Generator<string> {
  const grid = gridOf(report);
  const all = grid.rows.flatMap(({ cells }) => cells);
  const root = create({ version: '1.0', encoding: 'UTF-8' })
    .ele('testsuites', {
      name: xmlText(`${report.run.tool.name} ${report.run.id}`),
      ...countAttributes(all),
      // The schema has no such attribute here.
      skipped: undefined,
    })
    .end({ prettyPrint: true });
  if (grid.rows.length === 0) {
    yield `${root}\n`;
    return;
  }
  yield root.replace(/\/>$/, '>\n');
  for (const row of grid.rows) {
    const suite = suiteOf(report, row);
    yield `${suite.end({ prettyPrint: true, headless: true, offset: 1 })}\n`;
  }
  yield '</testsuites>\n';
}

function suiteOf(report: Report, row: GridRow): XmlElement {
  const suite = create().ele('testsuite', {
    name: xmlText(row.environment.id),
    ...countAttributes(row.cells),
    // The form without a zone is the one that parsers agree on; the time is UTC.
    timestamp: xmlText(report.run.startedAt.replace(/(\.\d+)?Z$/, '')),
  });
  const properties = suite.ele('properties');
  const facts: ReturnType<typeof factsByName> = {
    ...factsByName(row.environment),
    host: hostText(report.run),
  };
  for (const [name, value] of Object.entries(facts)) {
    if (value !== undefined) properties.ele('property', { name, value: xmlText(value) });
  }
  addCases(suite, report, row);
  return suite;
}

function addCases(suite: XmlElement, report: Report, row: GridRow): void {
  for (const [x, scenario] of report.scenarios.entries()) {
    const cell = row.cells[x];
    const outcome = outcomeOf(cell);
    const testCase = suite.ele('testcase', {
      name: xmlText(scenario.id),
      classname: xmlText(row.environment.id),
      time: (cell?.seconds ?? 0).toFixed(3),
    });
    if (outcome.type !== 'success') {
      const element = testCase.ele(outcome.type, {
        type: outcome.kind,
        message: xmlLine(outcome.message),
      });
      if (outcome.type === 'failure') element.txt(xmlText(cell?.evidence.join('\n') ?? ''));
    }
    if (cell) testCase.ele('system-out').txt(xmlText(outputOf(scenario, cell)));
  }
}

function outcomeOf(cell: Cell | undefined): TestOutcome {
  if (!cell) return { type: 'error', kind: 'missing', message: 'the report has no such cell' };
  if (isUnexpected(cell)) return { type: 'failure', kind: 'unexpected', message: cellText(cell) };
  const { verdict } = cell;
  if (isConclusive(verdict)) return { type: 'success' };
  const type = verdict === 'skipped' ? 'skipped' : 'error';
  return { type, kind: verdict, message: cell.reason ?? cellText(cell) };
}

function countAttributes(cells: GridRow['cells']): Readonly<Record<string, string>> {
  const outcomes = cells.map((cell) => outcomeOf(cell).type);
  const count = (type: TestOutcome['type']) =>
    String(outcomes.filter((one) => one === type).length);
  return {
    tests: String(cells.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: cells.reduce((sum, cell) => sum + (cell?.seconds ?? 0), 0).toFixed(3),
  };
}

/** Everything that a person needs to judge the cell, as the case's own output. */
function outputOf(scenario: Report['scenarios'][number], cell: Cell): string {
  const symptoms = SYMPTOMS.flatMap((symptom) => {
    const times = cell.symptoms[symptom] ?? 0;
    return times === 0 ? [] : [`${symptom} ${times}`];
  });
  const lines: (readonly [string, string | undefined])[] = [
    ['mutation', scenario.mutation],
    ['launcher', scenario.launcher],
    ['verdict', cell.verdict],
    ['expected', cell.expected ?? undefined],
    ['reason', cell.reason],
    ['failures', `${cell.failures} of ${cell.exposed} exposed calls, ${cell.trials} trials`],
    [
      'rate',
      cell.rate && cell.failures > 0
        ? `${percent(cell.rate.low, 'down')} to ${percent(cell.rate.high, 'up')}`
        : undefined,
    ],
    ['bound', cell.bound === undefined ? undefined : percent(cell.bound, 'up')],
    ['symptoms', symptoms.length === 0 ? undefined : symptoms.join(', ')],
    [
      'first failure',
      cell.firstFailureSeconds === undefined ? undefined : `${cell.firstFailureSeconds} s`,
    ],
    ['rerun', cell.rerun],
  ];
  return [
    ...lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`])),
    ...cell.evidence,
  ].join('\n');
}
