/** How many there are of something, in words: `1 image`, `3 images`. */
export function quantity(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
