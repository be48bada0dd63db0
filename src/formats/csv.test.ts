import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { render } from '../app/render.ts';
import { hasPython, readByPython } from '../../test/support/read-by-python.ts';
import {
  defaultGroupReport,
  sampleEnvironment,
  sampleReport,
} from '../../test/support/sample-report.ts';

/** Reads a CSV with the reader of Python's standard library, in its strict mode. */
function readBack(csv: string): Record<string, string>[] {
  const program =
    'import csv, json, sys, io\n' +
    'text = io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="")\n' +
    'rows = list(csv.DictReader(text, strict=True))\n' +
    'sys.stdout.write(json.dumps(rows))';
  return readByPython(program, csv) as Record<string, string>[];
}

describe('report.csv', { skip: hasPython ? false : 'there is no python3 to read it back' }, () => {
  it('has a row for each cell, which another program reads as it is', () => {
    const report = defaultGroupReport();
    const rows = readBack(render('csv', report));
    assert.equal(rows.length, report.cells.length);
    const row = rows.find(
      (one) =>
        one['environment'] === 'debian-12/cpython-3.11' && one['scenario'] === 'add/os.system',
    );
    assert.equal(row?.['libc_package'], 'libc6 2.36-9+deb12u13');
    assert.equal(row['verdict'], 'fail');
    assert.equal(row['unexpected'], 'false');
    assert.equal(row['failures'], '312');
    assert.equal(row['symptom_spawn_error'], '312');
    assert.equal(Number(row['rate']), 312 / 1204);
    assert.match(row['evidence'] ?? '', /^execve\("\/bin\/sh", \["sh", "-c", "true"\]/);
  });

  it('writes a place without a cell as missing', () => {
    const report = sampleReport({
      environments: [{ id: 'e' }],
      scenarios: ['add/os.system'],
      cells: [],
    });
    const [row] = readBack(render('csv', report));
    assert.equal(row?.['verdict'], 'missing');
    assert.equal(row['failures'], '');
  });

  it('gives a spreadsheet nothing to run, and keeps quotes, commas and lines', () => {
    const texts = [
      '=HYPERLINK("http://x","y")',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      'a,"b"\nc',
    ];
    const report = sampleReport({
      environments: [sampleEnvironment('e', 'glibc 2.36-9', 'CPython 3.11.2')],
      scenarios: texts.map((_, index) => ({ id: `s${index}` })),
      cells: texts.map((reason, index) => ({
        environment: 'e',
        scenario: `s${index}`,
        verdict: 'error',
        reason,
      })),
    });
    const rows = readBack(render('csv', report));
    for (const row of rows) {
      for (const value of Object.values(row)) assert.doesNotMatch(value, /^[=+\-@\t\r]/);
    }
    assert.equal(rows[0]?.['reason'], `'=HYPERLINK("http://x","y")`);
    assert.equal(rows.at(-1)?.['reason'], 'a,"b"\nc');
  });
});
