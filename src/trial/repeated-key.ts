/** Finds a repeated key in a line of JSON. Pure. */

/** A string, with the colon behind it where it is a key, or the begin or end of an object. */
const TOKEN = /(?<text>"(?:[^"\\]|\\.)*")(?<colon>\s*:)?|(?<brace>[{}])/g;

/**
 * The first key that one object of the text has twice. JSON.parse takes the last of them without a
 * word, so that a count of failures could be hidden behind another one.
 *
 * @param text what JSON.parse accepts; for anything else the answer means nothing
 * @returns undefined if no key is repeated
 */
export function repeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const { groups } of text.matchAll(TOKEN)) {
    if (groups?.['brace'] === '{') objects.push(new Set());
    else if (groups?.['brace'] === '}') objects.pop();
    else if (groups?.['colon'] !== undefined) {
      const key = JSON.parse(groups['text'] ?? '""') as string;
      if (objects.at(-1)?.has(key) === true) return key;
      objects.at(-1)?.add(key);
    }
  }
  return undefined;
}
