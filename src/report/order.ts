/** The order in which a report shows environments: C library, its package, then Python. Pure. */
import type { ReportEnvironment } from '../model.ts';

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
  const [left, right] = [parts(a), parts(b)];
  return (
    compareDigits(left.epoch, right.epoch) ||
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

/** Alternating runs of non-digits and digits, starting with non-digits, possibly empty. */
function compareParts(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    for (const [run, compare] of [
      [/^[^0-9]*/, compareLetters],
      [/^[0-9]*/, compareDigits],
    ] as const) {
      const [x, y] = [run.exec(left)?.[0] ?? '', run.exec(right)?.[0] ?? ''];
      const order = compare(x, y);
      if (order !== 0) return order;
      left = left.slice(x.length);
      right = right.slice(y.length);
    }
  }
  return 0;
}

function compareLetters(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x10000;
}

/** By length first, so that runs of digits of any length need no number type. */
function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareText(left, right);
}

/**
 * Compares two Python versions: `3.15.0a2` < `3.15.0b1` < `3.15.0rc1` < `3.15.0`, and a local build
 * such as `3.13.5+` after its release.
 *
 * @returns as {@link compareDebianVersions}
 */
export function comparePythonVersions(a: string, b: string): number {
  const debian = (version: string) => version.replace(/(\d)(a|b|c|rc)(?=\d)/g, '$1~$2');
  return compareDebianVersions(debian(a), debian(b));
}

/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const LIBC_FAMILIES = ['glibc', 'musl'];
const IMPLEMENTATIONS = ['CPython', 'PyPy'];

/** What decides a row's place. */
type Placed = Pick<ReportEnvironment, 'id' | 'libc' | 'python'>;

/**
 * The order of a report's rows: glibc before musl, older before newer, by the library's version and
 * then its package; within one C library CPython before PyPy, older before newer; last by id.
 * Environments whose facts could not be measured come last, since their place is not known.
 */
export function compareEnvironments(a: Placed, b: Placed): number {
  return (
    Number(a.libc === undefined) - Number(b.libc === undefined) ||
    compareLibcs(a.libc, b.libc) ||
    Number(a.python === undefined) - Number(b.python === undefined) ||
    comparePythons(a.python, b.python) ||
    compareText(a.id, b.id)
  );
}

/** The order of C libraries; 0 where either is unknown. */
export function compareLibcs(a: ReportEnvironment['libc'], b: ReportEnvironment['libc']): number {
  if (!a || !b) return 0;
  return (
    comparePlaces(LIBC_FAMILIES, a.name, b.name) ||
    compareDebianVersions(a.version, b.version) ||
    compareDebianVersions(packageVersion(a.package), packageVersion(b.package))
  );
}

/** The order of Pythons; 0 where either is unknown. The build comes last: it tells only variants apart. */
export function comparePythons(
  a: ReportEnvironment['python'],
  b: ReportEnvironment['python'],
): number {
  if (!a || !b) return 0;
  return (
    comparePlaces(IMPLEMENTATIONS, a.implementation, b.implementation) ||
    comparePythonVersions(a.version, b.version)
  );
}

/** `libc6 2.41-12` is the package's name and its version; without a space all of it is the version. */
function packageVersion(text: string): string {
  return text.slice(text.indexOf(' ') + 1);
}

/** Known names in their own order, then unknown ones by name. */
function comparePlaces(known: readonly string[], a: string, b: string): number {
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return place(a) - place(b) || compareText(a, b);
}

/** A copy of the list in the order of {@link compareEnvironments}. */
export function orderEnvironments<E extends Placed>(environments: readonly E[]): E[] {
  return [...environments].sort(compareEnvironments);
}
