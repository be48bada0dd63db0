/**
 * Which rows are whose: made once for all shards of a run, and kept beside the report of each, so that
 * any of them tells what the others should have brought. Pure.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Verdict } from '../model.ts';
import { reportShape, type Report } from '../report/schema.ts';
import { visibleLine } from '../text/visible-text.ts';
import { rerunCommand } from '../run/measure-cell.ts';
import { scenariosInOrder, type RunPlan } from '../run/plan.ts';
import { divideRows } from './balance.ts';

/** A cell that somebody has to measure. */
export interface PlannedCell {
  readonly environment: string;
  readonly scenario: string;
  readonly expected: Verdict | null;
  readonly rerun: string;
}

export interface Shard {
  /** What its rows took the last time, as far as that is known. */
  readonly seconds: number;
  /** Whether one of its cells is expected to fail, which alone shows that its host sees the race. */
  readonly shows: boolean;
  readonly environments: readonly string[];
}

/** The whole of a plan. */
export interface ShardPlan {
  readonly kind: 'shards';
  readonly schema: 1;
  readonly matrix: Report['run']['matrix'];
  readonly rule: Report['run']['rule'];
  readonly scenarios: Report['scenarios'];
  /** Number 1 comes first. */
  readonly shards: readonly Shard[];
  /** Every cell of the run, in the order of a report that holds only cells without facts. */
  readonly cells: readonly PlannedCell[];
}

/** The file of a shard, beside its report and there before it. */
export interface ShardFile {
  readonly kind: 'shard';
  readonly schema: 1;
  /** From 1. */
  readonly index: number;
  readonly plan: ShardPlan;
}

const { run, scenarios } = reportShape.shape;
const id = scenarios.element.shape.id;
const { cells } = reportShape.shape;

const planSchema = z.object({
  kind: z.literal('shards'),
  schema: z.literal(1),
  matrix: run.shape.matrix,
  rule: run.shape.rule,
  scenarios,
  shards: z
    .array(
      z.object({
        seconds: z.number().nonnegative(),
        shows: z.boolean(),
        environments: z.array(id).max(20_000),
      }),
    )
    .min(1)
    .max(10_000),
  cells: z
    .array(cells.element.pick({ environment: true, scenario: true, expected: true, rerun: true }))
    .max(1_000_000),
});

const fileSchema = z.object({
  kind: z.literal('shard'),
  schema: z.literal(1),
  index: z.int().min(1),
  plan: planSchema,
});

/** What reading came to; `reason` is one line. */
export type Read<T> =
  | { readonly type: 'read'; readonly value: T }
  | { readonly type: 'invalid'; readonly reason: string };

/**
 * Divides a run.
 *
 * @param count of shards, 1 or more
 * @param seconds what each row is expected to take, by its id
 */
export function planShards(
  plan: RunPlan,
  count: number,
  seconds: ReadonlyMap<string, number>,
): ShardPlan {
  const planned = plan.environments.flatMap(({ id: environment }) =>
    scenariosInOrder(plan, environment).map(({ id: scenario, control }) => ({
      environment,
      scenario,
      expected: plan.expectedFor(environment, scenario),
      rerun: rerunCommand(environment, scenario, plan.rerunOptions),
      isControl: control === undefined,
    })),
  );
  const showing = new Set(
    planned
      .filter(({ expected, isControl }) => expected === 'fail' && !isControl)
      .map(({ environment }) => environment),
  );
  const rows = plan.environments.map(({ id: environment }) => ({
    id: environment,
    seconds: seconds.get(environment) ?? 1,
    shows: showing.has(environment),
  }));
  return {
    kind: 'shards',
    schema: 1,
    matrix: plan.matrix,
    rule: plan.rule,
    scenarios: plan.scenarios.map(({ id: scenario, mutation, launcher, role }) => ({
      id: scenario,
      ...(mutation === undefined ? {} : { mutation }),
      ...(launcher === undefined ? {} : { launcher }),
      ...(role === undefined ? {} : { role }),
    })),
    shards: divideRows(rows, count).map((environments) => ({
      seconds:
        Math.round(environments.reduce((sum, one) => sum + (seconds.get(one) ?? 1), 0) * 100) / 100,
      shows: environments.some((one) => showing.has(one)),
      environments,
    })),
    cells: planned.map(({ environment, scenario, expected, rerun }) => ({
      environment,
      scenario,
      expected,
      rerun,
    })),
  };
}

/** What tells two plans apart: sha256 in hex. What rows are thought to take is no part of it. */
export function planDigest({ matrix, rule, scenarios: columns, shards, cells: all }: ShardPlan) {
  const parts = [
    matrix.sha256,
    rule,
    columns.map((column) => column.id),
    shards.map(({ environments }) => environments),
    all.map(({ environment, scenario, expected }) => [environment, scenario, expected]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The rows of a shard cut out of the whole run. `index` is from 1. */
export function partOfRun(run: RunPlan, plan: ShardPlan, index: number): RunPlan {
  const mine = new Set(plan.shards[index - 1]?.environments);
  return {
    ...run,
    environments: run.environments.filter(({ id: environment }) => mine.has(environment)),
    shard: { index, count: plan.shards.length, plan: planDigest(plan) },
  };
}

export function parseShardPlan(text: string): Read<ShardPlan> {
  return read(text, planSchema);
}

export function parseShardFile(text: string): Read<ShardFile> {
  const file = read(text, fileSchema);
  return file.type === 'read' && file.value.index > file.value.plan.shards.length
    ? { type: 'invalid', reason: `there is no shard ${file.value.index} in its plan` }
    : file;
}

function read<T>(text: string, schema: z.ZodType<T>): Read<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: 'invalid', reason: visibleLine(`not JSON: ${error.message}`) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { type: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  return {
    type: 'invalid',
    reason: visibleLine(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no plan'}`),
  };
}
