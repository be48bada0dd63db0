/**
 * The shape of report.json, for the types, for reports that were made by others (every string and list
 * has a limit), and for schema/report.schema.json, which is made from this. Pure.
 */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { LAUNCHERS, MUTATIONS, SYMPTOMS } from '../model.ts';
import { rowSchema } from './row-schema.ts';
import {
  count,
  fraction,
  idSchema as id,
  instantSchema as instant,
  long,
  seconds,
  sha256Schema as sha256,
  short,
  verdict,
} from './schema-parts.ts';

/** The largest table that is read: far above the 2,000 × 40 that the formats are made for. */
const LIMITS = { rows: 20_000, columns: 2_000, cells: 1_000_000, findings: 20_000 } as const;

const rate = z.object({ value: fraction, low: fraction, high: fraction });

/** An interval for a rate: the point estimate and the exact bounds. */
export type Rate = ValueOf<typeof rate>;

const cell = z.object({
  environment: id,
  scenario: id,
  verdict,
  expected: verdict.nullable().describe('What matrix.yaml expects; null where it expects nothing.'),
  reason: long.min(1).optional().describe('Always present for inconclusive, error and skipped.'),
  symptoms: z.partialRecord(z.enum(SYMPTOMS), count).describe('Failed calls by symptom.'),
  trials: count,
  calls: count,
  exposed: count.describe('Calls during which at least one mutation happened.'),
  failures: count,
  rate: rate
    .nullable()
    .describe('Failures of exposed calls with the exact interval; null where nothing was exposed.'),
  bound: fraction
    .optional()
    .describe("Upper bound of the rate of a cell without failures, at the rule's confidence."),
  firstFailureSeconds: seconds.optional(),
  seconds: seconds.describe('Seconds of trials.'),
  strace: z
    .object({
      execves: count,
      failed: z
        .record(z.string().regex(/^E[A-Z0-9]+$/), count.min(1))
        .describe('By errno, without ENOENT.'),
      notFound: count.describe('ENOENT, as a search along PATH gives.'),
    })
    .optional()
    .describe('What strace counted in one run of run.sh, which counts for nothing else.'),
  evidence: z.array(long).max(200),
  rerun: long.describe('The command that measures this cell again.'),
});

/** The contents of a cell. */
export type Cell = ValueOf<typeof cell>;

/** A row of the report. */
export type ReportEnvironment = ValueOf<typeof rowSchema>;

const scenario = z.object({
  id,
  mutation: z.enum(MUTATIONS).optional(),
  launcher: z.enum(LAUNCHERS).optional(),
  mechanism: z.string().max(60).optional().describe('What the launcher does underneath.'),
  role: z.literal('control').optional().describe('Of a control without a mutation.'),
});

const finding = z
  .object({ scenario: id, text: long })
  .describe('A statement that was computed from the cells.');

/** A statement that was computed from the cells. */
export type Finding = ValueOf<typeof finding>;

const engine = z.object({ name: short, version: short, apiVersion: short, private: z.boolean() });

const host = z.object({
  kernel: short,
  arch: short,
  cpus: count,
  memory: count.describe('Bytes.'),
});

const hostOfRows = z.object({
  shard: short
    .optional()
    .describe('Such as 2/5; absent where the rows were not measured as a shard.'),
  run: short.describe('The id of the run there.'),
  host,
  engine,
  environments: z
    .array(id)
    .max(LIMITS.rows)
    .describe('The rows that were measured there, with all of their cells.'),
});

/** A machine that measured some of a report's rows. */
export type ReportHost = ValueOf<typeof hostOfRows>;

const run = z.object({
  id: short,
  startedAt: instant,
  finishedAt: instant,
  complete: z
    .boolean()
    .describe('False where the run was interrupted; cells that were not reached are skipped.'),
  tool: z.object({ name: short, version: short }),
  engine,
  host,
  matrix: z.object({ path: short, sha256 }),
  source: z
    .object({
      text: long.describe('Such as bug.py, or an address with its commit; without credentials.'),
      commit: short.optional(),
    })
    .optional()
    .describe("What was measured in place of the matrix's own reproduction."),
  reproduction: sha256.optional().describe('The hash of its files, as in matrix.lock.json.'),
  counts: z
    .literal('runs')
    .optional()
    .describe('Of a script, whose whole runs are counted; calls of a trial where absent.'),
  emulation: z
    .literal('fine')
    .optional()
    .describe('Of a reproduction whose passes also count in emulated rows.'),
  rule: z.object({
    confidence: z.number().gt(0).lt(1),
    maxRate: z.number().gt(0).lt(1),
    budgetSeconds: z.number().positive(),
  }),
  lock: z
    .object({ sha256 })
    .nullable()
    .optional()
    .describe('The lock that the images were held to; null where they were not locked.'),
  leftOut: z
    .array(
      z.object({
        reason: long.describe('Such as: the registry docker.io does not answer'),
        environments: z.array(id).min(1).max(LIMITS.rows),
      }),
    )
    .max(1_000)
    .optional()
    .describe('Rows that are measured only if a registry serves their bases, and were left out.'),
  shard: z
    .object({
      index: count.min(1),
      count: count.min(1),
      plan: sha256.describe('Of the plan that divides the rows.'),
    })
    .optional()
    .describe('Of a report that holds the rows of one shard alone.'),
  merged: z
    .object({
      runs: z.array(short).max(10_000).describe('The ids of the runs.'),
      missing: z
        .array(z.object({ shard: short, reason: long }))
        .max(10_000)
        .describe(
          'What was expected and is missing; the cells that it would have had are skipped.',
        ),
    })
    .optional()
    .describe('Of a report that was put together from others.'),
  hosts: z
    .array(hostOfRows)
    .max(10_000)
    .optional()
    .describe('Where each row was measured, if the hosts differ; `host` is the first.'),
  platform: short
    .optional()
    .describe(
      "Of rows whose ids name none, such as linux/amd64; the host's own where it is not stated.",
    ),
  retries: count.optional().describe('Calls to the engine that were retried.'),
  warnings: z
    .array(long)
    .max(1_000)
    .describe('What a reader must know first, such as a host that may be unable to show the race.'),
});

/** Only the shape; contradictions.ts also checks that the cells are consistent. */
export const reportShape = z
  .object({
    schema: z.literal(1),
    run,
    environments: z.array(rowSchema).max(LIMITS.rows),
    scenarios: z.array(scenario).max(LIMITS.columns),
    cells: z.array(cell).max(LIMITS.cells),
    findings: z.array(finding).max(LIMITS.findings),
    summary: z.object({
      pass: count,
      fail: count,
      inconclusive: count,
      error: count,
      skipped: count,
      unexpected: count,
    }),
  })
  .meta({
    title: 'report.json',
    description:
      'One run of the matrix: where starting a child process is unsafe while the environment changes.',
  });

/** The whole of report.json. */
export type Report = ValueOf<typeof reportShape>;
