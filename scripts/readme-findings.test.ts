import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtRow } from '../test/support/built-rows.ts';
import { verdictReport } from '../test/support/sample-report.ts';
import { buildFinding, findingsByChange } from './readme-findings.ts';

const ROWS = [
  builtRow('new', 'glibc 2.41-12', 'CPython 3.13.5', '2.41'),
  builtRow('old', 'glibc 2.41-12', 'CPython 3.13.5', '2.31'),
  builtRow('elsewhere', 'glibc 2.36-9', 'CPython 3.13.5', '2.36'),
];

describe("the findings on README.md's first screen", () => {
  it('name the launchers that fail only in a Python that was built against an old C library', () => {
    const report = verdictReport(ROWS, {
      'none/os.popen': ['pass', 'fail', 'pass'],
      'churn/os.popen': ['pass', 'fail', 'pass'],
      'delete/os.popen': ['pass', 'fail', 'fail'],
      'add/os.system': ['fail', 'fail', 'pass'],
      'add/os.spawnv': ['pass', 'error', 'pass'],
      'churn/subprocess-path': ['pass', 'fail', 'pass'],
    });
    assert.equal(
      buildFinding(report),
      '**The C library of the build counts**: on glibc 2.41, CPython 3.13.5 built against glibc 2.31 is ' +
        'unsafe with `os.popen` and `subprocess-path`; built against glibc 2.41, it is safe with them.',
    );
  });

  it('are silent about builds where none differs, whatever differs on another C library', () => {
    const report = verdictReport(ROWS, { 'add/os.system': ['fail', 'fail', 'pass'] });
    assert.equal(buildFinding(report), undefined);
  });

  it('are those of one launcher', () => {
    const scenarios = verdictReport(ROWS, {
      'add/os.system': [],
      'add/os.spawnv': [],
      'none/os.system': [],
    }).scenarios;
    const findings = scenarios.map(({ id }) => ({ scenario: id, text: `Unsafe in ${id}. More.` }));
    assert.deepEqual(findingsByChange({ scenarios, findings }, 'os.system'), [
      '**Adding a variable beside `os.system`**: unsafe in add/os.system.',
    ]);
  });
});
