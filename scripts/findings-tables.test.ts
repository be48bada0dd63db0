import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtRow } from '../test/support/built-rows.ts';
import { sampleEnvironment, verdictReport } from '../test/support/sample-report.ts';
import { BLOCKS } from './findings-tables.ts';

const ROWS = [
  builtRow('old', 'glibc 2.41-12', 'CPython 3.13.5', '2.31'),
  builtRow('new', 'glibc 2.41-12', 'CPython 3.13.5', '2.41'),
  builtRow('other', 'glibc 2.36-9', 'CPython 3.13.5', '2.36'),
  sampleEnvironment('small', 'musl 1.2.5-1', 'CPython 3.13.5'),
];

/** The cells of the table's row that begins with a text, or of its head. */
function rowOf(table: string, start: string): readonly string[] {
  const line = table.split('\n').find((one) => one.startsWith(`| ${start}`));
  assert.ok(line, table);
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

const report = verdictReport(ROWS, {
  'none/os.system': ['pass', 'pass', 'pass', 'error'],
  'add/os.system': ['pass', 'pass', 'fail', 'fail'],
  'delete/os.system': ['fail', 'fail', 'fail', 'fail'],
  'add/os.spawnv': ['pass', 'pass', 'pass', 'pass'],
  'churn/subprocess-path': ['fail', 'pass', 'pass', 'inconclusive'],
});

describe('the tables of docs/findings.md', () => {
  it('say of each launcher and change where it fails', () => {
    const table = BLOCKS['launchers']?.(report) ?? '';
    assert.deepEqual(rowOf(table, '`os.system`').slice(2), [
      '✗s glibc 2.36, musl (2 of 4): 26 %',
      '✗s all 4: 26 %',
      '–',
    ]);
    assert.deepEqual(rowOf(table, '`os.spawnv`').slice(2), ['✓ all 4', '–', '–']);
  });

  it('count the controls by their verdicts', () => {
    assert.match(BLOCKS['measured']?.(report) ?? '', /Its 4 controls, .*: ✓ 3 pass, ! 1 error\./);
  });

  it('set rows beside each other that differ in what Python was built against', () => {
    const table = BLOCKS['built against']?.(report) ?? '';
    assert.deepEqual(rowOf(table, 'Python').slice(4), ['`subprocess-path`']);
    const rows = table.split('\n').slice(2);
    assert.deepEqual(
      rows.map((row) => rowOf(row, 'CPython').slice(2)),
      [
        ['glibc 2.31', 'vfork', '✗s churn 26 %'],
        ['glibc 2.41', 'posix_spawn', '✓'],
      ],
    );
  });

  it('read a public report about musl on the rows of musl', () => {
    const table = BLOCKS['public reports']?.(report) ?? '';
    assert.equal(
      rowOf(table, 'the same build on Alpine (here on musl of Debian)').at(-1),
      '✗s all 1: 26 %',
    );
  });
});
