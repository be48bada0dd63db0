/** A matrix that is small enough to see at a glance what a test changes in it. */
import assert from 'node:assert/strict';
import { positionOf } from '../../src/yaml-file/diagnostic.ts';
import { loadMatrix } from '../../src/matrix/load.ts';
import type { Platform } from '../../src/platform.ts';
import type { Matrix } from '../../src/matrix/matrix.ts';

/** Two bases, two Pythons and a musl one; the group `wide` has what `default` leaves out. */
export const SMALL_MATRIX = `\
version: 1
bases:
  debian-12: { sources: [{ pull: debian:bookworm-slim }, { bootstrap: { debian: bookworm } }] }
  debian-13: { sources: [{ bootstrap: { debian: trixie } }] }
pythons:
  cpython-3.11: { recipe: debian-package, args: { PACKAGE: python3.11 }, command: python3.11 }
  pypy3: { recipe: debian-package, args: { PACKAGE: pypy3 }, command: pypy3 }
  cpython-3.13-musl: { recipe: cpython-tree, command: /opt/python/bin/python3.13 }
groups:
  default:
    environments:
      axes: { base: [debian-12, debian-13], python: [cpython-3.11, pypy3] }
      exclude: [{ base: debian-13, python: cpython-*, reason: not packaged there }]
      include: [{ base: debian-13, python: cpython-3.13-musl }]
    scenarios:
      axes: { mutation: [add, delete], launcher: [os.system, os.popen] }
  wide:
    extends: default
    scenarios:
      axes: { mutation: [none, add, churn], launcher: c-system }
`;

/** Loads a text that must be a matrix. */
export function loaded(text: string, home?: Platform): Matrix {
  const result = loadMatrix(text, 'matrix.yaml', home);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.error, null, 2));
  return result.value;
}

/** Each mistake of a text as `line:column message`. */
export function mistakes(text: string): readonly string[] {
  const result = loadMatrix(text, 'matrix.yaml');
  if (result.ok) return [];
  return result.error.map(({ range, message }) => {
    if (!range) return message;
    const { line, column } = positionOf(text, range.start);
    return `${line}:${column} ${message}`;
  });
}

/** The small matrix with a piece of it replaced, which must be there once. */
export function changed(before: string, after: string): string {
  assert.equal(SMALL_MATRIX.split(before).length, 2, `${before} is not there exactly once`);
  return SMALL_MATRIX.replace(before, () => after);
}
