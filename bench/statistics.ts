/** The figures that benchmarks quote. */

/** The middle of the values; of the two in the middle, their mean. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** Seconds with a figure behind the point. */
export function inSeconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
