/** The order of versions and of plain text. Pure. */

/**
 * Compares two versions as Debian orders its packages.
 *
 * Source: Debian Policy 5.6.12 and deb-version(7): epoch, upstream version, revision; runs of
 * digits compare as numbers, letters come before other characters, `~` before everything, even the
 * end. Versions of RPM packages mostly order the same way (their `~` does, their `^` does not).
 *
 * @returns a negative number, 0 or a positive number, as Array.prototype.sort wants it; 0 also for
 *   spellings that Debian holds equal, such as `1.0` and `1.00`
 */
export function compareDebianVersions(a: string, b: string): number {
  // Most compared values in a table are equal.
  if (a === b) return 0;
  const [left, right] = [parts(a), parts(b)];
  return (
    compareParts(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function parts(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(':');
  const dash = version.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '' : version.slice(0, colon),
    upstream: version.slice(colon + 1, dash > colon ? dash : undefined),
    revision: dash > colon ? version.slice(dash + 1) : '',
  };
}

/**
 * Alternating runs of non-digits and digits, starting with non-digits, possibly empty. Character by
 * character without allocations, because thousands of rows are sorted.
 */
function compareParts(a: string, b: string): number {
  let [x, y] = [0, 0];
  while (x < a.length || y < b.length) {
    for (;;) {
      const weight = weightAt(a, x);
      const order = weight - weightAt(b, y);
      if (order !== 0) return order;
      if (weight === 0) break;
      x += 1;
      y += 1;
    }
    while (a.charCodeAt(x) === ZERO) x += 1;
    while (b.charCodeAt(y) === ZERO) y += 1;
    let order = 0;
    while (isDigitAt(a, x) && isDigitAt(b, y)) {
      order ||= a.charCodeAt(x) - b.charCodeAt(y);
      x += 1;
      y += 1;
    }
    // The longer number is the larger one, so that runs of any length need no number type.
    if (isDigitAt(a, x)) return 1;
    if (isDigitAt(b, y)) return -1;
    if (order !== 0) return order;
  }
  return 0;
}

const ZERO = 0x30;

const NINE = 0x39;

const TILDE = 0x7e;

/** False at the end. */
function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= ZERO && code <= NINE;
}

/** 0 if a run of non-digits is over; `~` comes even before that. */
function weightAt(text: string, index: number): number {
  if (index >= text.length || isDigitAt(text, index)) return 0;
  const code = text.charCodeAt(index);
  if (code === TILDE) return -1;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? code : code + 0x10000;
}

/**
 * Compares two Python versions: `3.15.0a2` < `3.15.0b1` < `3.15.0rc1` < `3.15.0`, and a local build
 * such as `3.13.5+` after its release.
 *
 * @returns as {@link compareDebianVersions}
 */
export function comparePythonVersions(a: string, b: string): number {
  if (a === b) return 0;
  return compareDebianVersions(asDebianVersion(a), asDebianVersion(b));
}

function asDebianVersion(python: string): string {
  return python.replace(/(\d)(a|b|c|rc)(?=\d)/g, '$1~$2');
}

/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether no version can lie between two: their last numbers are next to each other and all before is
 * the same, as in 2.43 and 2.44. Anything else may hide a version, so it counts as a gap.
 */
export function isNextVersion(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  const last = left.length - 1;
  return (
    left.length === right.length &&
    left.slice(0, last).join('.') === right.slice(0, last).join('.') &&
    Number(left[last]) + 1 === Number(right[last])
  );
}
