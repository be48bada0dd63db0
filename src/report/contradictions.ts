/**
 * Checks that the cells of a report are consistent, which its shape alone does not ensure. Pure.
 */
import { VERDICTS } from '../model.ts';
import { reportShape, type Cell, type Report } from './schema.ts';
import { summarise } from './summary.ts';
import { cellKey } from './cell-key.ts';

/** More problems add nothing, and a list of a million does not help. */
const CONTRADICTIONS = 20;

/**
 * A consistent report: every id once, every cell in the table and only once, no pass with a
 * failure, no fail without one, and a summary that matches the cells.
 */
export const reportSchema = reportShape.superRefine((report, context) => {
  let left = CONTRADICTIONS;
  for (const { path, message } of contradictions(report)) {
    if (left === 0) return;
    context.addIssue({ code: 'custom', path: [...path], message });
    left -= 1;
  }
});

interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function* contradictions(report: Report): Generator<Contradiction> {
  const environments = new Set<string>();
  const scenarios = new Set<string>();
  for (const [list, ids, path] of [
    [report.environments, environments, 'environments'],
    [report.scenarios, scenarios, 'scenarios'],
  ] as const) {
    for (const [index, { id: name }] of list.entries()) {
      if (ids.has(name)) yield { path: [path, index, 'id'], message: 'this id exists twice' };
      ids.add(name);
    }
  }
  const placed = new Set<string>();
  for (const [index, { environments: rows }] of (report.run.hosts ?? []).entries()) {
    for (const [row, name] of rows.entries()) {
      const path = ['run', 'hosts', index, 'environments', row];
      if (!environments.has(name)) yield { path, message: 'no environment has this id' };
      if (placed.has(name)) yield { path, message: 'this row was measured twice' };
      placed.add(name);
    }
  }
  for (const [index, { environments: rows }] of (report.run.leftOut ?? []).entries()) {
    const path = ['run', 'leftOut', index, 'environments'];
    if (rows.some((name) => environments.has(name))) {
      yield { path, message: 'a row that was left out is in the report' };
    }
  }
  const seen = new Set<string>();
  for (const [index, one] of report.cells.entries()) {
    const at = (key: string) => ['cells', index, key];
    if (!environments.has(one.environment)) {
      yield { path: at('environment'), message: 'no environment has this id' };
    }
    if (!scenarios.has(one.scenario)) {
      yield { path: at('scenario'), message: 'no scenario has this id' };
    }
    const key = cellKey(one.environment, one.scenario);
    if (seen.has(key)) yield { path: ['cells', index], message: 'this cell exists twice' };
    seen.add(key);
    const problem = cellProblem(one);
    if (problem) yield { path: at(problem.key), message: problem.message };
  }
  const counted = summarise(report.cells);
  for (const key of ['unexpected', ...VERDICTS] as const) {
    if (counted[key] !== report.summary[key]) {
      yield {
        path: ['summary', key],
        message: `is ${report.summary[key]}, but the cells add up to ${counted[key]}`,
      };
    }
  }
}

/** The first contradiction within a single cell, if any. */
function cellProblem(one: Cell): { key: string; message: string } | undefined {
  if (one.failures > one.exposed) {
    return { key: 'failures', message: 'more failures than exposed calls' };
  }
  const symptoms = Object.values(one.symptoms).reduce((sum, times) => sum + times, 0);
  if (symptoms !== one.failures) {
    return { key: 'symptoms', message: `add up to ${symptoms}, but ${one.failures} calls failed` };
  }
  if (one.rate && !(one.rate.low <= one.rate.value && one.rate.value <= one.rate.high)) {
    return { key: 'rate', message: 'the rate is outside its interval' };
  }
  switch (one.verdict) {
    case 'pass':
      if (one.failures > 0) return { key: 'verdict', message: 'a pass with failures' };
      if (one.exposed === 0) return { key: 'verdict', message: 'a pass without an exposed call' };
      return one.bound === undefined
        ? { key: 'bound', message: 'a pass without its bound' }
        : undefined;
    case 'fail':
      return one.failures === 0
        ? { key: 'verdict', message: 'a fail without a failure' }
        : undefined;
    case 'inconclusive':
    case 'error':
    case 'skipped':
      return one.reason === undefined
        ? { key: 'reason', message: `${one.verdict} without a reason` }
        : undefined;
  }
}
