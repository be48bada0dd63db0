/** Compares the reports of two runs that measured the same cells in different ways. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../src/report/schema.ts';

/**
 * The part of a report that another measurement of the same cells must reproduce, in the same
 * order. It leaves out times, run ids and results of chance: the number of calls, the failures with
 * symptom and evidence, and therefore the texts of the findings, which count them.
 */
function comparable({ run, environments, scenarios, cells, summary }: Report) {
  return {
    complete: run.complete,
    missing: run.merged?.missing ?? [],
    tool: run.tool,
    engine: run.engine,
    host: run.host,
    // Absent where all machines are alike, as the parts of one machine are.
    hosts: run.hosts ?? [],
    matrix: run.matrix,
    rule: run.rule,
    lock: run.lock ?? null,
    warnings: [...run.warnings].sort(),
    rows: environments.map(({ image, ...facts }) => ({
      ...facts,
      image: image && { fingerprint: image.fingerprint, source: image.source },
    })),
    columns: scenarios,
    cells: cells.map(({ environment, scenario, verdict, expected, rerun }) => ({
      ...{ environment, scenario, verdict, expected, rerun },
    })),
    summary,
  };
}

/** The differences between two reports, a line each; empty if there are none. */
export function reportDifferences(one: Report, other: Report): readonly string[] {
  const [first, second] = [comparable(one), comparable(other)];
  return Object.entries(first).flatMap(([name, value]) => {
    const than: unknown = second[name as keyof typeof second];
    return isDeepStrictEqual(value, than)
      ? []
      : [`${name}: ${JSON.stringify(value)} and ${JSON.stringify(than)}`];
  });
}
