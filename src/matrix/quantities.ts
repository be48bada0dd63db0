/** Durations and sizes as a person writes them. Pure. */

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

export const DURATION_PATTERN = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/;
export const SIZE_PATTERN = /^(\d{1,9})(KiB|MiB|GiB)$/;

/**
 * Seconds of a duration such as `500ms`, `0.7s`, `2m` or `1h`.
 *
 * @returns 0 or more; null if the text is no duration
 */
export function secondsOf(text: string): number | null {
  const milliseconds = parseQuantity(DURATION_PATTERN.exec(text), MILLISECONDS);
  return milliseconds === null ? null : milliseconds / 1000;
}

/**
 * Bytes of a size such as `512MiB`; a unit is a power of 1024.
 *
 * @returns a whole number, 0 or more; null if the text is no size
 */
export function bytesOf(text: string): number | null {
  return parseQuantity(SIZE_PATTERN.exec(text), BYTES);
}

function parseQuantity(
  match: RegExpExecArray | null,
  units: Readonly<Record<string, number>>,
): number | null {
  const unit = units[match?.[2] ?? ''];
  return unit === undefined ? null : Number(match?.[1]) * unit;
}
