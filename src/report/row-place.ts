/**
 * The two axes along which a verdict may flip: the C library and Python. Each environment has a place
 * on a line of each axis; versions are compared only within a line (glibc with glibc, PyPy with PyPy).
 * Pure.
 */
import { pythonLine } from './facts-text.ts';
import type { ReportEnvironment } from './schema.ts';

/** The axes, by what stands on them. */
export type Axis = 'libc' | 'python';

/** Where an environment stands on an axis. */
export interface AxisPlace {
  /** `glibc`, `musl`, `CPython`, `PyPy`, `CPython free-threaded`, `CPython with jemalloc`. */
  readonly line: string;
  /** The library's version such as `2.41`, or Python's first two numbers such as `3.13`. */
  readonly version: string;
}

/** An environment's place on both axes. */
export type Place = Readonly<Record<Axis, AxisPlace>>;

/**
 * An environment's place, from what was measured in its image.
 *
 * @returns undefined if the C library or Python is not known
 */
export function placeOf({ libc, python }: ReportEnvironment): Place | undefined {
  if (!libc || !python) return undefined;
  return {
    libc: { line: libc.name, version: libc.version },
    python: { line: pythonLine(python), version: minorOf(python.version) },
  };
}

/** The first two numbers of a version: what decides how a Python starts children. */
export function minorOf(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}
