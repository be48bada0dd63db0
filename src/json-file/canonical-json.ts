/**
 * A value as JSON in which keys are in order and undefined ones are left out, so that two values
 * are equal if, and only if, their texts are. For small values. Pure.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
