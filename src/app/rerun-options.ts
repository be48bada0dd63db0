/**
 * The options besides the ids with which `bin/matrix rerun` measures exactly the cell of this run.
 * Pure.
 */
import { DEFAULT_MATRIX } from '../cli/options.ts';
import { withoutCredentials } from '../intake/address.ts';
import { shellWord } from '../text/shell-word.ts';
import type { PlanOptions } from './load-plan.ts';

/**
 * The options that lead to the cells of this run, each after a space, as a shell reads them; empty for
 * the default group of matrix.yaml. Paths are as they were given, so they hold in the same folder.
 */
export function rerunOptions(
  options: Pick<PlanOptions, 'matrix' | 'group' | 'reproduction'>,
): string {
  const given = [
    ['--matrix', options.matrix === DEFAULT_MATRIX ? undefined : options.matrix],
    ['--group', options.group],
    ['--reproduction', options.reproduction && withoutCredentials(options.reproduction)],
  ] as const;
  return given
    .map(([name, value]) => (value === undefined ? '' : ` ${name} ${shellWord(value)}`))
    .join('');
}
