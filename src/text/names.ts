/** How names are shown in messages, and which known name was probably meant. Pure. */
import { distance } from 'fastest-levenshtein';
import { shortList } from './list-text.ts';
import { shortened, visibleLine } from './visible-text.ts';

/** More names than this make a message unreadable. */
const LISTED = 12;

/** A name or value as messages show it: in backquotes, on one line, at most 60 characters. */
export function quoted(text: string): string {
  return `\`${shortened(visibleLine(text.slice(0, 1000)), 60)}\``;
}

/** Names in a row: `a, b, c`, and after twelve of them how many there are more. */
export function listed(names: Iterable<string>): string {
  return shortList(
    [...names].map((name) => shortened(visibleLine(name), 60)),
    LISTED,
  );
}

/**
 * The known names that someone who wrote `written` may have meant, the nearest first: those that
 * differ by at most a third of their letters (by Levenshtein's distance), and by at most two letters
 * where they are short.
 *
 * @param limit how many names are returned at most
 */
export function nearMisses(written: string, known: Iterable<string>, limit = 3): readonly string[] {
  // A name much longer than any id is no typing error, and the distance costs its length squared.
  if (written.length > 200) return [];
  return [...new Set(known)]
    .map((name) => ({ name, far: distance(written, name) }))
    .filter(
      ({ name, far }) =>
        far > 0 && far < name.length && far <= Math.max(2, Math.floor(name.length / 3)),
    )
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/**
 * A hint for a name that is not known: the one that was probably meant, then what there is.
 *
 * @param kind the plural of the named things: `bases`
 */
export function didYouMean(written: string, known: Iterable<string>, kind: string): string {
  const names = [...known];
  if (names.length === 0) return `there are no ${kind}`;
  const [nearest] = nearMisses(written, names, 1);
  const all = `${kind}: ${listed(names)}`;
  return nearest === undefined ? all : `Did you mean ${quoted(nearest)}? ${all}`;
}
