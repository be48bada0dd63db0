/** Bug reports as their reporters would hand them in, each with the right verdicts. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseReport } from '../../src/report/json.ts';
import { runProgram } from '../support/program.ts';

const cases = fileURLToPath(new URL('.', import.meta.url));

/** The correct result of a case, whatever this program does. */
interface Expected {
  readonly about: string;
  readonly options: readonly string[];
  /** Exactly one fits a row. */
  readonly verdicts: readonly { readonly environment: string; readonly verdict: string }[];
  /** A line of evidence of each failing row fits it. */
  readonly evidence: string | null;
  /** Nothing is measured, and the message fits it. */
  readonly refused?: string;
}

export async function caseNames(): Promise<readonly string[]> {
  const entries = await readdir(cases, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/**
 * Tries a case, and compares each row.
 *
 * @param rows options that choose the rows
 */
export async function checkCase(cwd: string, name: string, rows: readonly string[]): Promise<void> {
  const text = await readFile(`${cases}${name}/expected.json`, 'utf8');
  const expected = JSON.parse(text) as Expected;
  const ended = await runProgram(cwd, [
    'try',
    `${cases}${name}/repro`,
    ...expected.options,
    ...rows,
    '--json',
  ]);
  if (expected.refused !== undefined) {
    assert.equal(ended.status, 2, ended.stderr);
    assert.match(ended.stderr, new RegExp(expected.refused));
    return;
  }
  const report = parseReport(ended.stdout);
  assert.ok(report.ok, `${ended.stderr}\n${ended.stdout.slice(0, 500)}`);
  const wrong = report.value.cells.flatMap((cell) => {
    const { environment, verdict, reason, evidence } = cell;
    const line = expected.verdicts.find((one) => new RegExp(one.environment).test(environment));
    assert.ok(line, `${name} expects nothing of ${environment}`);
    // A failure that shows in some runs only may not show in these.
    const rare = name === 'daemon-thread-abort' && verdict === 'pass';
    if (line.verdict !== 'any' && verdict !== line.verdict && !rare) {
      return [`${environment}: ${verdict}, not ${line.verdict}: ${reason ?? evidence.join(' / ')}`];
    }
    const tells =
      verdict !== 'fail' ||
      line.verdict === 'any' ||
      expected.evidence === null ||
      evidence.some((one) => new RegExp(expected.evidence ?? '').test(one));
    return tells ? [] : [`${environment}: the evidence tells nothing: ${evidence.join(' / ')}`];
  });
  assert.deepEqual(wrong, []);
}
