/** The parts of a page that are made from results/reference/. Pure. */

/** The source of a generated block, as its first mark names it. */
export const REFERENCE = 'results/reference/report.json';

/**
 * The page with another text between the two marks of a block.
 *
 * @param mark what stands in the first mark behind `begin: `
 * @throws Error if the page does not have the marks
 */
export function withBlock(page: string, mark: string, end: string, text: string): string {
  const begin = `<!-- begin: ${mark} -->`;
  const close = `<!-- end: ${end} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(close, from);
  if (from < 0 || to < 0) throw new Error(`the page lacks the marks ${begin} and ${close}`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}
