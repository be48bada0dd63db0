/** Combines equal findings of several scenarios into one. Pure. */
import type { Finding } from '../report/schema.ts';

export interface FindingGroup {
  /** In the order of the report. */
  readonly scenarios: readonly string[];
  readonly text: string;
}

/** Groups findings by their words; groups are in the order of their first scenario. */
export function findingGroups(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, string[]>();
  for (const { scenario, text } of findings) {
    const own = groups.get(text) ?? [];
    own.push(scenario);
    groups.set(text, own);
  }
  return [...groups].map(([text, scenarios]) => ({ scenarios, text }));
}
