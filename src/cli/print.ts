/** Prints a line for the user on stderr, so that stdout holds nothing but the result. */
export function print(text: string): void {
  process.stderr.write(`${text}\n`);
}
