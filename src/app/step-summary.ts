/** Adds a run to the summary of the step of a GitHub workflow, where it runs in one. */
import { appendFile, stat } from 'node:fs/promises';
import type { Report } from '../report/schema.ts';
import { MOST_SUMMARY_BYTES, renderGithubSummary } from '../formats/github/summary.ts';

/**
 * Appends the report to the file that the variable GITHUB_STEP_SUMMARY names, after earlier output
 * of the step.
 *
 * @returns undefined if that was done or nothing names such a file; or, since the run's own report is
 *   whole without it, why it was not done
 */
export async function addToStepSummary(
  report: Report,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return undefined;
  const text = `\n${renderGithubSummary(report)}`;
  try {
    // GitHub shows nothing at all of a step that wrote more.
    if ((await sizeOf(path)) + Buffer.byteLength(text) > MOST_SUMMARY_BYTES) {
      return "The step's summary has no room for this run. See summary.md in its folder.";
    }
    await appendFile(path, text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return `This run could not be added to the step's summary: ${error.message}`;
  }
}

/** 0 if there is no file yet. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
