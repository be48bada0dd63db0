/** Lists within a sentence. Pure. */

/** `a, b and c`; empty for no names. @param last the word before the last name */
export function listInWords(names: readonly string[], last = 'and'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1) ?? ''}`;
}

/** `a, b, c`, and of more than `most` names `a, b and 3 more`. */
export function shortList(names: readonly string[], most: number): string {
  const left = names.length - most;
  return left > 0 ? `${names.slice(0, most).join(', ')} and ${left} more` : names.join(', ');
}
