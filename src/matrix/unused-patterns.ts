/** Lines of matrix.yaml that are about no cell at all: a typing error, most likely. Pure. */
import type { Complaint } from '../yaml-file/complaint.ts';
import { quoted } from '../text/names.ts';
import type { Group } from './matrix.ts';
import type { Pattern } from './pattern.ts';
import type { MatrixFile } from './schema.ts';
import { suggestionHint } from './suggestions.ts';

/**
 * Complains of patterns in `expect` and `overrides` that fit no environment or scenario of any group.
 * An expectation that misses its cells would otherwise be silently void. Where a group names no
 * scenarios they come from the reproduction, so that patterns for scenarios cannot be checked here.
 */
export function unusedPatterns(
  file: Partial<Pick<MatrixFile, 'expect' | 'overrides'>>,
  groups: ReadonlyMap<string, Group>,
): readonly Complaint[] {
  const all = [...groups.values()];
  const environments = new Set(all.flatMap((group) => group.environments.map(({ id }) => id)));
  const scenarios = new Set(all.flatMap((group) => group.scenarios.map(({ id }) => id)));
  const scenariosKnown = all.every((group) => group.scenarios.length > 0);
  return (['expect', 'overrides'] as const).flatMap((part) =>
    (file[part] ?? []).flatMap((entry, index) => [
      ...unused(entry.environments, environments, 'environments', [part, index]),
      ...(scenariosKnown ? unused(entry.scenarios, scenarios, 'scenarios', [part, index]) : []),
    ]),
  );
}

function unused(
  patterns: readonly Pattern[] | undefined,
  ids: ReadonlySet<string>,
  kind: 'environments' | 'scenarios',
  path: readonly (string | number)[],
): readonly Complaint[] {
  const all = [...ids];
  return (patterns ?? []).flatMap((pattern, index): readonly Complaint[] =>
    all.some((id) => pattern.matches(id))
      ? []
      : [
          {
            path: [...path, kind, index],
            part: 'value',
            message: `no group has ${kind} that match ${quoted(pattern.text)}`,
            hint: () => suggestionHint(pattern.text, all),
          },
        ],
  );
}
