/** Writes report.json, and reads it from any source. Pure. */
import type { Report } from './schema.ts';
import { reportSchema } from './contradictions.ts';
import type { Result } from '../result.ts';
import { parseJson, type Problems } from '../json-file/parse-json.ts';

/**
 * The report as JSON, with a line for each environment, scenario, cell and finding, so that two
 * reports can be compared line by line and the file stays small.
 *
 * @throws TypeError if a number is not finite: JSON has no such number, and a `null` in its place
 *   would read as a result
 */
export function renderJson(report: Report): string {
  return [...jsonParts(report)].join('');
}

/** The text of {@link renderJson} in parts: an environment, a scenario, a cell or a finding each. */
export function* jsonParts(report: Report): Generator<string> {
  const run = json(report.run, 2).replaceAll('\n', '\n  ');
  yield `{\n  "schema": ${report.schema},\n  "run": ${run},\n`;
  yield* listParts('environments', report.environments);
  yield* listParts('scenarios', report.scenarios);
  yield* listParts('cells', report.cells);
  yield* listParts('findings', report.findings);
  yield `  "summary": ${json(report.summary)}\n}\n`;
}

function* listParts(name: string, values: readonly unknown[]): Generator<string> {
  yield `  "${name}": [`;
  for (const [index, value] of values.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${json(value)}`;
  }
  yield values.length === 0 ? '],\n' : '\n  ],\n';
}

function json(value: unknown, indent?: number): string {
  assertFinite('', value);
  return JSON.stringify(value, undefined, indent);
}

/** Beforehand, since JSON.stringify with a function of this program takes several times as long. */
function assertFinite(key: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${key} is ${value}, which JSON cannot hold`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) assertFinite(name, part);
}

/**
 * Reads an untrusted report. Unknown keys are ignored, so that a later version of this schema can
 * add some.
 *
 * @param text the file's content, decoded
 */
export function parseReport(text: string): Result<Report, Problems> {
  return parseJson(text, reportSchema);
}
