/** How many there are of something, in words: `1 image`, `3 images`. */
export function quantity(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** The same as the subject of a sentence, with its verb: `1 image is`, `3 images are`. */
export function quantityIs(number: number, what: string): string {
  return `${quantity(number, what)} ${number === 1 ? 'is' : 'are'}`;
}
