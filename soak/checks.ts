/**
 * The conditions after all disturbances: nothing lost, nothing doubled, nothing left, nothing
 * false.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../src/json-file/canonical-json.ts';
import type { LoadedPlan } from '../src/app/load-plan.ts';
import type { Cell, Report } from '../src/report/schema.ts';
import { parseReport } from '../src/report/json.ts';
import { journalPath } from '../src/run/journal.ts';
import { readJournal } from '../src/run/read-journal.ts';
import { restore } from '../src/run/restore.ts';
import { runIds } from '../src/run/run-folder.ts';
import { enginePids } from './disturbances.ts';
import type { SoakPlaces } from './places.ts';
import { mountsBelow } from '../src/host/mounts.ts';

/** The leftovers of a run that has ended, in a sentence each; empty if there are none. */
export function leftovers({ engine, temporary }: SoakPlaces): readonly string[] {
  const left: string[] = [];
  const print = (what: string, things: readonly unknown[]) => {
    if (things.length > 0) left.push(`${what}: ${things.join(', ')}`);
  };
  print('processes', enginePids({ engine } as SoakPlaces));
  print('mounts', mountsBelow(engine.folder, readFileSync('/proc/self/mountinfo', 'utf8')));
  print('run folder', existsSync(engine.run) ? [engine.run] : []);
  print('bridge', readFileSync('/proc/net/dev', 'utf8').includes(engine.name) ? [engine.name] : []);
  const groups = [
    '/sys/fs/cgroup',
    ...list('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name)),
  ];
  print('control groups', groups.map((folder) => join(folder, engine.name)).filter(existsSync));
  // An engine that is killed while it creates a container leaves a folder without a configuration, which
  // no engine lists or removes afterwards.
  const containers = join(engine.data, 'containers');
  print(
    'containers',
    list(containers).filter((id) => existsSync(join(containers, id, 'config.v2.json'))),
  );
  print(
    'temporary folders',
    list(temporary).filter((name) => name.startsWith('race-matrix-')),
  );
  return left;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The newest run as its journal has it. */
export interface Measured {
  readonly id: string;
  /** Finished cells by their two ids. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Trials that count, by the cell's two ids. */
  readonly trials: ReadonlyMap<string, number>;
}

/** Reads the journal of the newest run. @returns the problem with it as a text; undefined if there is none */
export async function measuredSoFar(
  { results }: SoakPlaces,
  { plan }: LoadedPlan,
): Promise<Measured | string | undefined> {
  const [id] = await runIds(results);
  if (id === undefined) return undefined;
  const read = await readJournal(journalPath(join(results, 'runs', id)));
  if (read.type === 'empty') return undefined;
  if (read.type === 'invalid') return `the journal of ${id} cannot be read: ${read.reason}`;
  const restored = restore(plan, read.journal);
  if (restored.type !== 'restored') return `the journal of ${id} is not right: ${restored.reason}`;
  const cells = new Map<string, Cell>();
  const trials = new Map<string, number>();
  for (const [environment, row] of read.journal.rows) {
    for (const [scenario, observations] of row.trials) {
      trials.set(`${environment} ${scenario}`, observations.length);
    }
  }
  for (const [environment, row] of restored.rows) {
    for (const [scenario, cell] of row.cells) cells.set(`${environment} ${scenario}`, cell);
  }
  return { id, cells, trials };
}

export function readReport({ results }: SoakPlaces, id: string): Report | string {
  try {
    const text = readFileSync(join(results, 'runs', id, 'report.json'), 'utf8');
    const loaded = parseReport(text);
    return loaded.ok ? loaded.value : loaded.error.join('; ');
  } catch (error) {
    return String(error);
  }
}

/** Contradictions between the parts of a run, its journal and its report; empty if there are none. */
export function wrongResults(
  report: Report,
  plan: LoadedPlan['plan'],
  earlier: readonly Measured[],
  last: Measured,
): readonly string[] {
  const wrong: string[] = [];
  const reported = new Map(report.cells.map((cell) => [nameOf(cell), cell]));
  if (!report.run.complete) wrong.push('the report is not complete');
  for (const { id: environment } of plan.environments) {
    for (const { id: scenario } of plan.scenarios) {
      const name = `${environment} ${scenario}`;
      if (!reported.has(name)) wrong.push(`lost: ${name}`);
    }
  }
  for (const { cells, id } of [...earlier, last]) {
    if (id !== report.run.id) continue;
    for (const [name, cell] of cells) {
      const now = reported.get(name);
      if (!now || canonicalJson(withoutEvidence(now)) !== canonicalJson(withoutEvidence(cell))) {
        wrong.push(`finished before, and another cell now: ${name}`);
      }
    }
  }
  for (const [name, cell] of reported) {
    const journaled = last.trials.get(name) ?? 0;
    // A cell that could not be measured in the end may keep earlier trials, for the next
    // resumption.
    const measured = cell.trials > 0 || last.cells.has(name);
    if (measured && journaled !== cell.trials) {
      wrong.push(`${name} has ${cell.trials} trials in the report and ${journaled} in the journal`);
    }
  }
  return wrong;
}

/** Cells with the verdict that their expectation excludes. */
export function falseVerdicts(report: Report): readonly string[] {
  return report.cells
    .filter(({ verdict, expected }) =>
      expected === 'pass' ? verdict === 'fail' : expected === 'fail' && verdict === 'pass',
    )
    .map((cell) => `${nameOf(cell)} is ${cell.verdict}, expected ${String(cell.expected)}`);
}

function nameOf({ environment, scenario }: Cell): string {
  return `${environment} ${scenario}`;
}

function withoutEvidence(cell: Cell): object {
  return { ...cell, evidence: [] };
}
