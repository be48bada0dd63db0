/** Rows that are measured only if a registry serves their bases. Pure. */
import type { Environment } from '../model.ts';
import type { Report } from '../report/schema.ts';
import type { RunPlan } from './plan.ts';

/** Rows without a registry, with the reason. */
export type LeftOut = NonNullable<Report['run']['leftOut']>;

/** All of these rows, left out for one reason. */
export function leavingOut(rows: readonly Environment[] | undefined, reason: string): LeftOut {
  return rows === undefined || rows.length === 0
    ? []
    : [{ reason, environments: rows.map(({ id }) => id) }];
}

/** The plan with its registry rows, except for those that are left out. */
export function withRegistryRows(plan: RunPlan, leftOut: LeftOut): RunPlan {
  const { registryRows = [] } = plan;
  if (registryRows.length === 0) return plan;
  const absent = new Set(leftOut.flatMap(({ environments }) => environments));
  return {
    ...plan,
    environments: [...plan.environments, ...registryRows.filter(({ id }) => !absent.has(id))],
    registryRows: [],
    leftOut: leftOut.length === 0 ? undefined : leftOut,
  };
}
