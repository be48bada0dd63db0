/** The accepted verdicts, from the file that holds them. */
import { dirname, join } from 'node:path';
import { acceptedVerdicts, parseBaseline, type Baseline } from '../comparison/baseline.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { Verdict } from '../model.ts';
import { unwrap, UserError } from '../cli/user-error.ts';
import { readTextIfThere } from './read-text.ts';

/** @throws UserError with everything that keeps it from being a baseline */
export function baselineOf(text: string, path: string): Baseline {
  return unwrap(
    parseBaseline(text),
    (problems) => `${path} is not a baseline:\n${problems.join('\n')}`,
  );
}

/**
 * The accepted verdict of each cell, by the baseline that the matrix names.
 *
 * @throws UserError if it cannot be read: without it nothing would be unexpected any more
 */
export async function acceptedBy(
  { baseline, home }: Matrix,
  matrixPath: string,
): Promise<(environment: string, scenario: string) => Verdict | null> {
  if (baseline === null) return () => null;
  const path = join(dirname(matrixPath), baseline);
  const text = await readTextIfThere(path);
  if (text === undefined) {
    throw new UserError(
      `${path} does not exist, but ${matrixPath} names it as its baseline. To create it:\n` +
        `    bin/matrix accept REPORT`,
    );
  }
  return acceptedVerdicts(baselineOf(text, path), home);
}
