/** Combines equal findings of several scenarios into one. Pure. */
import { groupBy } from '../group-by.ts';
import type { Finding } from '../report/schema.ts';

export interface FindingGroup {
  /** In the order of the report. */
  readonly scenarios: readonly string[];
  readonly text: string;
}

/** Groups findings by their words; groups are in the order of their first scenario. */
export function findingGroups(findings: readonly Finding[]): readonly FindingGroup[] {
  return [...groupBy(findings, ({ text }) => text)].map(([text, own]) => ({
    scenarios: own.map(({ scenario }) => scenario),
    text,
  }));
}
