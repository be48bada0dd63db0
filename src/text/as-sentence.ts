/**
 * Starts a message with a capital, unless it starts with code or a name, and ends its first line with a
 * full stop. Further lines, such as the last ones of a program's output, stay as they are.
 */
export function asSentence(message: string): string {
  const [first = '', ...rest] = message.split('\n');
  const begun = first.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
  return [/[.?!:…]$/.test(begun) ? begun : `${begun}.`, ...rest].join('\n');
}
