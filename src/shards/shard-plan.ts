/**
 * The assignment of rows to shards. It is made once for all shards of a run, and kept beside the
 * report of each, so that any shard shows which rows the others should have. Pure.
 */
import { groupBy } from '../group-by.ts';
import { createHash } from 'node:crypto';
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { parseJson, type Problems } from '../json-file/parse-json.ts';
import { statingPlatform } from '../matrix/environments.ts';
import { platformInId, PLATFORMS, type Platform } from '../platform.ts';
import { reportShape } from '../report/schema.ts';
import { idSchema } from '../report/schema-parts.ts';
import type { Result } from '../result.ts';
import { reportScenarios, rerunCommandLine, scenariosInOrder, type RunPlan } from '../run/plan.ts';
import { divideRows, type WeighedRow } from './balance.ts';

const { run, scenarios, cells } = reportShape.shape;

/** A cell that one of the shards has to measure. */
const plannedCell = cells.element.pick({
  environment: true,
  scenario: true,
  expected: true,
  rerun: true,
});
export type PlannedCell = ValueOf<typeof plannedCell>;

const shard = z.object({
  /** The last time of its rows, if known. */
  seconds: z.number().nonnegative(),
  /** Whether one of its cells is expected to fail, which alone shows that its host sees the race. */
  shows: z.boolean(),
  environments: z.array(idSchema).max(20_000),
  /** Of all of its rows, where the run is of several. */
  platform: z.enum(PLATFORMS).optional(),
  /** The label of the machine that is to measure it. */
  runner: z.string().max(100).optional(),
});

const planSchema = z.object({
  kind: z.literal('shards'),
  schema: z.literal(1),
  matrix: run.shape.matrix,
  rule: run.shape.rule,
  /** The platform of rows whose ids name none, on any machine. */
  platform: z.enum(PLATFORMS).optional(),
  scenarios,
  /** Rows that no shard has, because no registry answered when the plan was made. */
  leftOut: run.shape.leftOut,
  /** Number 1 comes first. */
  shards: z.array(shard).min(1).max(10_000),
  /** Every cell of the run, in the order of a report that holds only cells without facts. */
  cells: z.array(plannedCell).max(1_000_000),
});

/** The whole of a plan. */
export type ShardPlan = ValueOf<typeof planSchema>;

const shardFileSchema = z
  .object({
    kind: z.literal('shard'),
    schema: z.literal(1),
    /** From 1. */
    index: z.int().min(1),
    plan: planSchema,
  })
  .refine(({ index, plan }) => index <= plan.shards.length, {
    path: ['index'],
    error: 'its plan does not have this shard',
  });

/** The file of a shard, beside its report and there before it. */
export type ShardFile = ValueOf<typeof shardFileSchema>;

/**
 * Divides a run. Each shard has rows of one platform, so that there is a machine for it.
 *
 * @param count of shards, 1 or more; each platform gets one, even if that makes more than requested
 * @param seconds the expected time of each row, by its id
 */
export function planShards(
  plan: RunPlan,
  count: number,
  seconds: ReadonlyMap<string, number>,
): ShardPlan {
  const rows = plan.environments.map(({ id }) => ({
    id,
    seconds: seconds.get(id) ?? 1,
    shows: scenariosInOrder(plan).some(
      (scenario) => scenario.control !== undefined && plan.expectedFor(id, scenario.id) === 'fail',
    ),
  }));
  return {
    kind: 'shards',
    schema: 1,
    matrix: plan.matrix,
    rule: plan.rule,
    platform: plan.home,
    leftOut: plan.leftOut,
    scenarios: reportScenarios(plan),
    shards: byPlatform(rows, plan.home, count).flatMap(({ platform, rows: own, shards }, _, all) =>
      divideRows(own, shards).map((part) => ({
        seconds: Math.round(secondsOf(part) * 100) / 100,
        shows: part.some(({ shows }) => shows),
        environments: part.map(({ id }) => id),
        platform: all.length > 1 ? platform : undefined,
        runner: platform && plan.runners?.[platform],
      })),
    ),
    cells: plan.environments.flatMap(({ id: environment }) =>
      scenariosInOrder(plan).map(({ id: scenario }) => ({
        environment,
        scenario,
        expected: plan.expectedFor(environment, scenario),
        rerun: rerunCommandLine(plan, environment, scenario),
      })),
    ),
  };
}

function secondsOf(rows: readonly WeighedRow[]): number {
  return rows.reduce((sum, row) => sum + row.seconds, 0);
}

/** The rows of each platform, and how many of the shards they get: by their seconds, and at least one. */
function byPlatform(rows: readonly WeighedRow[], home: Platform | undefined, count: number) {
  const groups = groupBy(rows, ({ id }) => platformInId(id) ?? home);
  const all = [...groups].map(([platform, own]) => ({
    platform,
    rows: own,
    seconds: secondsOf(own),
    shards: 1,
  }));
  for (let left = count - all.length; left > 0; left -= 1) {
    // To the platform whose shards would take longest.
    const slowest = all.reduce((a, b) => (b.seconds / b.shards > a.seconds / a.shards ? b : a));
    slowest.shards += 1;
  }
  return all;
}

/** The identity of a plan: sha256 in hex. It does not cover the estimated times of rows. */
export function planDigest({
  matrix,
  rule,
  platform,
  scenarios: columns,
  shards,
  cells: all,
}: ShardPlan) {
  const parts = [
    matrix.sha256,
    rule,
    columns.map((column) => column.id),
    shards.map(({ environments }) => environments),
    all.map(({ environment, scenario, expected }) => [environment, scenario, expected]),
    ...(platform === undefined ? [] : [platform]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The rows of a shard cut out of the whole run. `index` is from 1. */
export function takeShard(run: RunPlan, plan: ShardPlan, index: number): RunPlan {
  const mine = new Set(plan.shards[index - 1]?.environments);
  return {
    ...run,
    environments: run.environments
      .filter(({ id: environment }) => mine.has(environment))
      // The machine that measures a row may be of another platform than the one that planned it.
      .map((environment) =>
        environment.base.platform !== undefined || plan.platform === undefined
          ? environment
          : statingPlatform(environment, plan.platform),
      ),
    shard: { index, count: plan.shards.length, plan: planDigest(plan) },
  };
}

export function parseShardPlan(text: string): Result<ShardPlan, Problems> {
  return parseJson(text, planSchema);
}

export function parseShardFile(text: string): Result<ShardFile, Problems> {
  return parseJson(text, shardFileSchema);
}
