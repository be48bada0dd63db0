/** Which pattern was probably meant by one that fits nothing. Pure. */
import { listed, nearMisses, quoted } from '../text/names.ts';
import { parsePattern } from './pattern.ts';

/**
 * Patterns near to `text` that do fit one of the ids: an id or a name in one, or the pattern itself
 * with one of its names put right.
 *
 * @returns at most three, the likeliest first
 */
function suggestions(text: string, ids: readonly string[]): readonly string[] {
  const names = new Set(ids.flatMap((id) => id.split('/')));
  const parts = text.split('/');
  const corrected = parts.flatMap((part, index) =>
    parts.length === 1
      ? []
      : nearMisses(part, names).map((name) => parts.with(index, name).join('/')),
  );
  const fitting = corrected.filter((candidate) => {
    const pattern = parsePattern(candidate);
    return pattern.ok && ids.some((id) => pattern.value.matches(id));
  });
  return [...new Set([...fitting, ...nearMisses(text, [...names, ...ids])])].slice(0, 3);
}

/**
 * A hint from {@link suggestions}, or the names that there are where nothing is near.
 *
 * @param ids of environments, of scenarios, or of both
 */
export function suggestionHint(text: string, ids: readonly string[]): string {
  const near = suggestions(text, ids).map(quoted);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  return `There are: ${listed(new Set(ids.flatMap((id) => id.split('/'))))}`;
}
