/** Histories for tests: several runs of a report, each a day after the one before. */
import type { Report } from '../../src/report/schema.ts';
import { runLineOf, type RunLine } from '../../src/comparison/run-line.ts';

/** The same report as another run, on another day. */
export function onDay(report: Report, day: number, run: Partial<Report['run']> = {}): Report {
  const startedAt = new Date(Date.UTC(2026, 0, 1 + day, 10, 15)).toISOString();
  const id = `${startedAt.slice(0, 10).replaceAll('-', '')}-101500-${String(day).padStart(4, '0')}`;
  return { ...report, run: { ...report.run, id, startedAt, finishedAt: startedAt, ...run } };
}

/** Lines of reports that were made on days that follow each other. */
export function daily(reports: readonly Report[]): RunLine[] {
  return reports.map((report, day) => runLineOf(onDay(report, day)));
}
