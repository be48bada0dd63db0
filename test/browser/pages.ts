/** The pages that the tests of this folder open, besides that of the reference report. */
import type { Verdict } from '../../src/model.ts';
import type { Report } from '../../src/report/schema.ts';
import { loadPageAssets } from '../../src/app/page-assets.ts';
import { renderHistory } from '../../src/formats/html/history-page.ts';
import { runLineOf } from '../../src/comparison/run-line.ts';
import { onDay } from '../support/sample-history.ts';
import { computeFindings } from '../../src/analysis/findings.ts';
import { partOf } from '../../src/analysis/part.ts';
import { LAUNCHERS, MUTATIONS } from '../../src/model.ts';
import { render } from '../../src/app/render.ts';
import { summarise } from '../../src/report/summary.ts';
import { referenceReport } from '../files/reports.ts';
import { defaultGroupReport, largeReport, sampleReport } from '../support/sample-report.ts';

/** What the reference report says of os.system: a table of few columns, as a nightly run has it. */
export function osSystemReport(): Report {
  const isShown = (id: string) => /^(none|add|delete|overwrite)\/os\.system$/.test(id);
  return partOf(referenceReport(), () => true, isShown);
}

/** Where {@link withVerdict} makes a difference. */
export const PLACE = { environment: 'debian-13/pypy3', scenario: 'add/os.system' } as const;

const REASONS: Partial<Record<Verdict, string>> = {
  error: 'the trial ended without its summary line',
  inconclusive: 'the time for this cell was over before the bound was reached',
  skipped: 'this Python has no such launcher',
};

/** The report with another verdict in one cell, as if it had come out like that. */
export function withVerdict(report: Report, verdict: Verdict): Report {
  const cells = report.cells.map((cell) => {
    if (cell.environment !== PLACE.environment || cell.scenario !== PLACE.scenario) return cell;
    const reason = REASONS[verdict];
    return {
      ...cell,
      verdict,
      expected: 'pass' as const,
      ...(reason === undefined ? {} : { reason }),
      ...(verdict === 'fail'
        ? {
            failures: 3,
            exposed: 4603,
            rate: { value: 3 / 4603, low: 0.0001, high: 0.002 },
            symptoms: { 'damaged-environment': 3 },
          }
        : {}),
    };
  });
  return { ...report, cells, summary: summarise(cells) };
}

/** A page on which one verdict is not as expected and has changed since the run before. */
export function changedPage(report: Report): string {
  const next = withVerdict(report, 'fail');
  return render('html', { ...next, findings: computeFindings(next) }, report);
}

/** A page with every verdict, marks of the unexpected, and places without a cell. */
export function everyVerdictPage(): string {
  const report = largeReport(24, 8);
  return render('html', { ...report, cells: report.cells.slice(0, -3) });
}

/** A page with several launchers, and so with advice on them. */
export function advicePage(): string {
  const launchers = ['os.system', 'subprocess-shell', 'subprocess-env-copy', 'os.popen'];
  const mutations = ['none', 'add', 'delete'];
  const { environments } = defaultGroupReport();
  const scenarios = mutations.flatMap((mutation) => launchers.map((name) => `${mutation}/${name}`));
  const report = sampleReport({
    environments,
    scenarios,
    cells: environments.flatMap(({ id }, y) =>
      scenarios.map((scenario, x) => {
        const fails = !scenario.startsWith('none/') && (x * 5 + y) % 4 < 2;
        return {
          environment: id,
          scenario,
          verdict: fails ? ('fail' as const) : ('pass' as const),
        };
      }),
    ),
  });
  return render('html', { ...report, findings: computeFindings(report) });
}

/** Every launcher against every change of the environment: sixty columns. */
export function gridPage(): string {
  const { environments } = defaultGroupReport();
  const scenarios = LAUNCHERS.flatMap((launcher) =>
    MUTATIONS.map((mutation) => ({
      id: `${mutation}/${launcher}`,
      mutation,
      launcher,
      mechanism: 'posix_spawn, vfork or fork',
    })),
  );
  const report = sampleReport({
    environments,
    scenarios,
    cells: environments.flatMap(({ id }, y) =>
      scenarios.map(({ id: scenario, mutation }, x) => ({
        environment: id,
        scenario,
        verdict: mutation !== 'none' && (x * 5 + y) % 4 < 2 ? ('fail' as const) : ('pass' as const),
      })),
    ),
  });
  return render('html', { ...report, findings: computeFindings(report) });
}

/** 2,000 environments and 40 scenarios: 80,000 cells. */
export function largePage(): string {
  return render('html', largeReport(2000, 40));
}

/** A history in which a cell was lost, flipped alone, and flipped back with another C library. */
export function historyPage(report: Report): string {
  const later = {
    ...report,
    environments: report.environments.map((row) =>
      row.id === PLACE.environment && row.libc
        ? { ...row, libc: { ...row.libc, package: 'libc6 2.41-13' } }
        : row,
    ),
  };
  const runs = [
    report,
    withVerdict(report, 'error'),
    withVerdict(report, 'fail'),
    report,
    withVerdict(later, 'fail'),
  ].map((one, day) => runLineOf(onDay(one, day)));
  return renderHistory(
    { runs, skipped: [{ line: 6, reason: 'it was cut off' }] },
    loadPageAssets(),
  );
}
