/** Rows of a Python whose C library at build time is known. */
import assert from 'node:assert/strict';
import type { ReportEnvironment } from '../../src/report/schema.ts';
import { sampleEnvironment } from './sample-report.ts';

/** A row of CPython that was built against a version of glibc. */
export function builtRow(
  id: string,
  libc: string,
  python: string,
  against: string,
): ReportEnvironment {
  const row = sampleEnvironment(id, libc, python);
  assert.ok(row.python);
  return {
    ...row,
    python: {
      ...row.python,
      // The compiler of another release, which makes no other Python.
      build: `GCC of ${against}`,
      builtAgainst: { name: 'glibc', version: against },
      subprocess: { posixSpawn: true, vfork: true, closeFrom: against !== '2.31' },
    },
  };
}
