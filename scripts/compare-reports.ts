/** Whether two reports say the same, of runs that measured the same in different ways. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../src/report/schema.ts';

/**
 * What a report says that another measurement of the same must say as well, in the same order: everything
 * but when it was measured, by which runs, and what chance decides. That is how many calls there were, how
 * many of them failed with which symptom and evidence, and so the texts of the findings, which count them.
 */
function said({ run, environments, scenarios, cells, summary }: Report) {
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

/** In what two reports differ, a line each; empty where they say the same. */
export function reportDifferences(one: Report, other: Report): readonly string[] {
  const [first, second] = [said(one), said(other)];
  return Object.entries(first).flatMap(([name, value]) => {
    const than: unknown = second[name as keyof typeof second];
    return isDeepStrictEqual(value, than)
      ? []
      : [`${name}: ${JSON.stringify(value)} and ${JSON.stringify(than)}`];
  });
}
