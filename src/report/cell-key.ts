/**
 * Identifies a cell among all others of a run, as a key of maps and sets. Ids hold no line breaks.
 * Pure.
 */
export function cellKey(environment: string, scenario: string): string {
  return `${environment}\n${scenario}`;
}
