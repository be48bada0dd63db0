/** report.json: written, and read back from anybody. Pure. */
import type { z } from 'zod';
import type { Report } from '../model.ts';
import { reportSchema } from './schema.ts';
import { visibleLine } from '../text/visible-text.ts';

/**
 * The report as JSON, with a line for each environment, scenario, cell and finding, so that two
 * reports can be compared line by line and the file stays small.
 *
 * @throws TypeError where a number is not finite: JSON has no such number, and a `null` in its place
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

/** Beforehand, since JSON.stringify with a function of ours takes several times as long. */
function assertFinite(key: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${key} is ${value}, which JSON cannot hold`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) assertFinite(name, part);
}

/** What reading a report came to. */
export type LoadedReport =
  | { readonly type: 'report'; readonly report: Report }
  | {
      /** Not a report of this schema, or one that contradicts itself. */
      readonly type: 'invalid';
      /** One line each, such as `cells[3].verdict: a pass with failures`; 1 to 20 of them. */
      readonly problems: readonly string[];
    };

/** UTF-16 units: room for a million cells with little evidence, or 80,000 with much. */
const LARGEST = 256 * 1024 * 1024;
const PROBLEMS = 20;

/**
 * Reads a report that anybody may have made. Unknown keys are left out, so that a later version of
 * this schema may add some.
 *
 * @param text the file's content, decoded
 * @returns `invalid` for everything that is not a report; never throws for a bad file
 */
export function parseReport(text: string): LoadedReport {
  if (text.length > LARGEST) {
    return invalid([`the file is larger than ${LARGEST / 2 ** 20} MiB`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return invalid([`not JSON: ${error.message}`]);
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return { type: 'report', report: parsed.data };
  return invalid(parsed.error.issues.slice(0, PROBLEMS).map(problemText));
}

function invalid(problems: readonly string[]): LoadedReport {
  // A problem quotes what stands in the file.
  return { type: 'invalid', problems: problems.map(visibleLine) };
}

function problemText(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  );
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
