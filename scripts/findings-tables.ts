/** The tables of docs/findings.md, computed from a report. Pure. */
import { isControl } from '../src/analysis/control.ts';
import { partOf } from '../src/analysis/part.ts';
import { shortRuleText } from '../src/analysis/rule-text.ts';
import { analyseScenarios, type ScenarioAnalysis } from '../src/analysis/scenario-analysis.ts';
import { scenarioTotals, symptomMark } from '../src/analysis/scenario-totals.ts';
import { MUTATIONS, VERDICTS, type Mutation } from '../src/model.ts';
import { summarise } from '../src/report/summary.ts';
import { cellKey } from '../src/report/cell-key.ts';
import { percent, SYMBOLS } from '../src/report/cell-text.ts';
import {
  builtAgainstText,
  libcText,
  pythonText,
  subprocessText,
} from '../src/report/facts-text.ts';
import type { Cell, Report, ReportEnvironment } from '../src/report/schema.ts';
import { engineText, hostText } from '../src/report/run-text.ts';
import { codeSpan } from '../src/text/markdown-text.ts';
import { markdownTable } from '../src/text/markdown-table.ts';
import { quantity } from '../src/text/quantity.ts';
import { buildTwins } from './build-twins.ts';

type Scenario = Report['scenarios'][number];

/** The content of each block of docs/findings.md, by the name in its mark. */
export const BLOCKS: Readonly<Record<string, (report: Report) => string>> = {
  measured,
  launchers: launcherTable,
  'built against': buildTable,
  'public reports': reportTable,
};

/** How much was measured, when and where, and whether the controls were clean. */
function measured({ run, environments, scenarios, cells }: Report): string {
  const controls = new Set(scenarios.filter(isControl).map(({ id }) => id));
  const own = cells.filter(({ scenario }) => controls.has(scenario));
  const summary = summarise(own);
  const counts = VERDICTS.filter((verdict) => summary[verdict] > 0).map(
    (verdict) => `${SYMBOLS[verdict]} ${summary[verdict]} ${verdict}`,
  );
  return [
    `The reference has ${quantity(environments.length, 'environment')} and ${quantity(cells.length, 'cell')}.`,
    `Its ${quantity(own.length, 'control')}, in which nothing changes: ${counts.join(', ')}.`,
    `Measured ${daysOf(run)}: ${hostText(run)}; ${engineText(run)}.`,
  ].join(' ');
}

/** `on 2026-11-27`, or from the first to the last day. */
export function daysOf({ startedAt, finishedAt }: Report['run']): string {
  const [first, last] = [startedAt.slice(0, 10), finishedAt.slice(0, 10)];
  return first === last ? `on ${first}` : `from ${first} to ${last}`;
}

/** Launchers as rows and changes as columns; in each place where it failed, and in how many calls. */
function launcherTable(report: Report): string {
  const analyses = analyseScenarios(report).filter(({ scenario }) => !isControl(scenario));
  const launchers = namesOf(report.scenarios);
  const changes = MUTATIONS.filter((name) =>
    analyses.some(({ scenario }) => scenario.mutation === name),
  );
  const find = (launcher: string, change: Mutation) =>
    analyses.find(({ scenario }) => scenario.launcher === launcher && scenario.mutation === change);
  return markdownTable([
    ['launcher', 'what starts the child', ...changes.map((change) => codeSpan(change))],
    ...launchers.map((launcher) => [
      codeSpan(launcher),
      report.scenarios.find((one) => one.launcher === launcher)?.mechanism ?? '',
      ...changes.map((change) => placeText(find(launcher, change), report.cells)),
    ]),
  ]);
}

function namesOf(scenarios: readonly Scenario[]): readonly string[] {
  return [...new Set(scenarios.flatMap(({ launcher }) => launcher ?? []))];
}

/** `✓ all 36`, `✗s glibc ≤ 2.36, musl (14 of 36): 1.4 to 60 %`. */
function placeText(analysis: ScenarioAnalysis | undefined, cells: readonly Cell[]): string {
  if (!analysis || analysis.points.length === 0) return SYMBOLS.skipped;
  const { outcome, scenario, points } = analysis;
  const [total] = scenarioTotals({ scenarios: [scenario], cells });
  if (!total) return SYMBOLS.skipped;
  const { measured, failing, mark, rates } = total;
  if (failing === 0) return `${mark} all ${measured}`;
  const where =
    outcome.type === 'everywhere'
      ? `all ${measured}`
      : outcome.type === 'separated'
        ? `${shortRuleText(outcome.rules[0], points)} (${failing} of ${measured})`
        : `${failing} of ${measured}`;
  return `${mark} ${where}: ${rates}`;
}

/**
 * The same Python on the same C library, built against different ones: a row each, and the launchers of
 * which any verdict differs between such rows.
 */
function buildTable(report: Report): string {
  const cells = new Map(
    report.cells.map((cell) => [cellKey(cell.environment, cell.scenario), cell]),
  );
  const groups = buildTwins(report);
  const rows = groups.flat();
  if (rows.length === 0) return 'No Python of the reference was built against two C libraries.';
  const changes = report.scenarios.filter((scenario) => !isControl(scenario));
  const cellOf = (row: ReportEnvironment, scenario: Scenario) =>
    cells.get(cellKey(row.id, scenario.id));
  const differs = (launcher: string) =>
    groups.some((twins) =>
      changes
        .filter((scenario) => scenario.launcher === launcher)
        .some((scenario) => new Set(twins.map((row) => cellOf(row, scenario)?.verdict)).size > 1),
    );
  const launchers = namesOf(changes).filter(differs);
  return markdownTable([
    ['Python', 'runs on', 'built against', '`subprocess` uses', ...launchers.map(codeSpan)],
    ...rows.map((row) => [
      pythonText(row),
      libcText(row),
      builtAgainstText(row) ?? '?',
      subprocessText(row) ?? '?',
      ...launchers.map((launcher) =>
        worstText(
          changes
            .filter((scenario) => scenario.launcher === launcher)
            .flatMap((scenario) => cellOf(row, scenario) ?? []),
          changes,
        ),
      ),
    ]),
  ]);
}

/** `✓`, or what failed by change: `✗s churn 6.7 %, delete 9.0 %`. */
function worstText(cells: readonly Cell[], scenarios: readonly Scenario[]): string {
  const failing = cells.filter(({ verdict }) => verdict === 'fail');
  if (failing.length === 0) {
    const open = cells.find(({ verdict }) => verdict !== 'pass');
    return SYMBOLS[open?.verdict ?? 'pass'];
  }
  const changes = failing.map(({ scenario, rate }) => {
    const change = scenarios.find(({ id }) => id === scenario)?.mutation ?? scenario;
    return `${change} ${percent(rate?.value ?? 0)}`;
  });
  return `${symptomMark(failing)} ${changes.join(', ')}`;
}

/** Public reports, each with the scenario that it is about. */
const PUBLIC_REPORTS = [
  {
    about: 'a build with `os.system` in threads fails now and then',
    where: 'unbit/uwsgi 2373, 2447 and 2471, mozilla/addons-server 19643',
    scenario: 'add/os.system',
  },
  {
    about: 'its repair by `subprocess.call(…, shell=True)`',
    where: 'unbit/uwsgi 2448',
    scenario: 'add/subprocess-shell',
  },
  {
    about: 'the same build on Alpine (here on musl of Debian)',
    where: 'unbit/uwsgi 1318, open',
    scenario: 'add/os.system',
    libc: 'musl',
  },
  {
    about: 'the repair there',
    where: 'unbit/uwsgi 1318, open',
    scenario: 'add/subprocess-shell',
    libc: 'musl',
  },
  {
    about: '`multiprocessing` with `spawn` while variables come and go',
    where: 'python/cpython 157613, open',
    scenario: 'churn/multiprocessing-spawn',
  },
  {
    about: 'changes of `os.environ` are not safe beside other threads',
    where: 'python/cpython 83556, 83557 and 120513, open',
    scenario: 'delete/os.system',
  },
] as const;

/** The results of the reference for each public report. */
function reportTable(report: Report): string {
  return markdownTable([
    ['what happens', 'reported as', 'scenario', 'in the reference'],
    ...PUBLIC_REPORTS.map((one) => {
      const libc = 'libc' in one ? one.libc : undefined;
      const wanted = new Set(
        report.environments
          .filter((row) => libc === undefined || row.libc?.name === libc)
          .map(({ id }) => id),
      );
      const part = partOf(report, (id) => wanted.has(id));
      const analysis = analyseScenarios(part).find(({ scenario }) => scenario.id === one.scenario);
      return [one.about, one.where, codeSpan(one.scenario), placeText(analysis, part.cells)];
    }),
  ]);
}
