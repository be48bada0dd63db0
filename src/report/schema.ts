/**
 * The shape of report.json, for reports that were made by others: every string and list has a limit,
 * and what the cells say must hold together. results/report.schema.json is made from this.
 */
import { z } from 'zod';
import { LAUNCHERS, MUTATIONS, SYMPTOMS, VERDICTS, type Report } from '../model.ts';
import { summarise } from './summary.ts';

/** The largest table that is read: far above the 2,000 × 40 that the formats are made for. */
const LIMITS = { rows: 20_000, columns: 2_000, cells: 1_000_000, findings: 20_000 } as const;

/** Ids are shown, selected by globs and put into commands; a control character has no place in them. */
const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'an id has no control characters')
  .meta({ id: 'id', description: 'Such as debian-13/cpython-3.13-musl or add/os.system.' });
const short = z.string().max(2_000).meta({ id: 'short' });
const long = z.string().max(65_536).meta({ id: 'long' });
const count = z.int().nonnegative().meta({ id: 'count' });
const fraction = z.number().min(0).max(1).meta({ id: 'fraction' });
const seconds = z.number().nonnegative().meta({ id: 'seconds' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a sha256 in hexadecimal');
const instant = z.iso.datetime().meta({ id: 'instant', description: 'ISO 8601, UTC.' });
const verdict = z.enum(VERDICTS).meta({ id: 'verdict' });

const rate = z.object({ value: fraction, low: fraction, high: fraction });

const cell = z.object({
  environment: id,
  scenario: id,
  verdict,
  expected: verdict.nullable().describe('What matrix.yaml expects; null where it expects nothing.'),
  reason: long.min(1).exactOptional().describe('Always there for inconclusive, error and skipped.'),
  symptoms: z.partialRecord(z.enum(SYMPTOMS), count),
  trials: count,
  calls: count,
  exposed: count.describe('Calls during which at least one mutation happened.'),
  failures: count,
  rate: rate.nullable().describe('Failures of exposed calls with the exact interval.'),
  bound: fraction.exactOptional().describe('Upper bound of the rate of a cell without failures.'),
  firstFailureSeconds: seconds.exactOptional(),
  seconds: seconds.describe('Seconds of trials.'),
  evidence: z.array(long).max(200),
  rerun: long.describe('The command that measures this cell again.'),
});

const environment = z.object({
  id,
  python: z.object({ implementation: short, version: short, build: short }).exactOptional(),
  libc: z
    .object({ name: z.enum(['glibc', 'musl']), version: short, package: short })
    .exactOptional(),
  distro: z.object({ id: short, version: short }).exactOptional(),
  shell: short.exactOptional(),
  arch: short
    .exactOptional()
    .describe('Of the machine as the row saw it; another one than the host is emulated.'),
  image: z.object({ id: short, fingerprint: short, source: short }).exactOptional(),
});

const engine = z.object({ name: short, version: short, apiVersion: short, private: z.boolean() });

const host = z.object({
  kernel: short,
  arch: short,
  cpus: count,
  memory: count.describe('Bytes.'),
});

const run = z.object({
  id: short,
  startedAt: instant,
  finishedAt: instant,
  complete: z.boolean().describe('False where the run was interrupted.'),
  tool: z.object({ name: short, version: short }),
  engine,
  host,
  matrix: z.object({ path: short, sha256 }),
  rule: z.object({
    confidence: z.number().gt(0).lt(1),
    maxRate: z.number().gt(0).lt(1),
    budgetSeconds: z.number().positive(),
  }),
  lock: z
    .object({ sha256 })
    .nullable()
    .exactOptional()
    .describe('The lock that the images were held to; null where they were not locked.'),
  shard: z
    .object({ index: count.min(1), count: count.min(1), plan: sha256 })
    .exactOptional()
    .describe('Of a report that holds the rows of one shard alone.'),
  merged: z
    .object({
      runs: z.array(short).max(10_000),
      missing: z.array(z.object({ shard: short, reason: long })).max(10_000),
    })
    .exactOptional()
    .describe('Of a report that was put together from others.'),
  hosts: z
    .array(
      z.object({
        shard: short.exactOptional(),
        run: short,
        host,
        engine,
        environments: z.array(id).max(LIMITS.rows),
      }),
    )
    .max(10_000)
    .exactOptional()
    .describe('Where each row was measured, if not all of them on hosts alike.'),
  retries: count.exactOptional().describe('Calls to the engine that were tried again.'),
  warnings: z.array(long).max(1_000),
});

/** The shape alone; {@link reportSchema} also asks whether the cells hold together. */
export const reportShape = z.object({
  schema: z.literal(1),
  run,
  environments: z.array(environment).max(LIMITS.rows),
  scenarios: z
    .array(
      z.object({
        id,
        mutation: z.enum(MUTATIONS).exactOptional(),
        launcher: z.enum(LAUNCHERS).exactOptional(),
        role: z.literal('control').exactOptional().describe('Of a control without a mutation.'),
      }),
    )
    .max(LIMITS.columns),
  cells: z.array(cell).max(LIMITS.cells),
  findings: z.array(z.object({ scenario: id, text: long })).max(LIMITS.findings),
  summary: z.object({
    pass: count,
    fail: count,
    inconclusive: count,
    error: count,
    skipped: count,
    unexpected: count,
  }),
});

/** More than this says nothing new, and a list of a million problems helps nobody. */
const CONTRADICTIONS = 20;

/**
 * A report whose cells hold together: every id once, every cell in the table and only once, no pass
 * with a failure, no fail without one, and a summary that counts the cells that are there.
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
      if (ids.has(name)) yield { path: [path, index, 'id'], message: 'this id is there twice' };
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
  const seen = new Set<string>();
  for (const [index, one] of report.cells.entries()) {
    const at = (key: string) => ['cells', index, key];
    if (!environments.has(one.environment)) {
      yield { path: at('environment'), message: 'no environment has this id' };
    }
    if (!scenarios.has(one.scenario)) {
      yield { path: at('scenario'), message: 'no scenario has this id' };
    }
    // Ids hold no line breaks, so that the pair is not ambiguous.
    const pair = `${one.environment}\n${one.scenario}`;
    if (seen.has(pair)) yield { path: ['cells', index], message: 'this cell is there twice' };
    seen.add(pair);
    const problem = cellProblem(one);
    if (problem) yield { path: at(problem.key), message: problem.message };
  }
  const counted = summarise(report.cells);
  for (const key of ['unexpected', ...VERDICTS] as const) {
    if (counted[key] !== report.summary[key]) {
      yield {
        path: ['summary', key],
        message: `says ${report.summary[key]}, but the cells come to ${counted[key]}`,
      };
    }
  }
}

/** What a single cell says against itself; the first thing found, if any. */
function cellProblem(one: Report['cells'][number]): { key: string; message: string } | undefined {
  if (one.failures > one.exposed) {
    return { key: 'failures', message: 'more failures than exposed calls' };
  }
  const symptoms = Object.values(one.symptoms).reduce((sum, times) => sum + times, 0);
  if (symptoms !== one.failures) {
    return { key: 'symptoms', message: `come to ${symptoms}, but ${one.failures} calls failed` };
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
