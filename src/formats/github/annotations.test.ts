import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { githubAnnotations } from './annotations.ts';
import { sampleEnvironment, sampleReport } from '../../../test/support/sample-report.ts';

function reportOf(count: number, path = 'matrix.yaml') {
  const scenarios = Array.from({ length: count }, (_, index) => ({ id: `add/${index}` }));
  return sampleReport(
    {
      environments: [sampleEnvironment('a/py', 'glibc 2.41-12', 'CPython 3.13.5')],
      scenarios,
      cells: scenarios.map(({ id }) => ({
        environment: 'a/py',
        scenario: id,
        verdict: 'fail',
        expected: 'pass',
      })),
    },
    { matrix: { path, sha256: '0c'.repeat(32) } },
  );
}

describe('annotations on GitHub', () => {
  it('are there for unexpected verdicts alone', () => {
    const report = reportOf(1);
    assert.equal(
      githubAnnotations(report),
      '::error file=matrix.yaml,title=unexpected fail::a/py add/0: fail, expected pass; 312 of 1204 exposed calls failed\n',
    );
    const cells = report.cells.map((cell) => ({ ...cell, expected: 'fail' as const }));
    assert.equal(githubAnnotations({ ...report, cells }), '');
  });

  it('are as many as are shown, and the last one counts the rest', () => {
    assert.equal(githubAnnotations(reportOf(10)).match(/^::error/gm)?.length, 10);
    const many = githubAnnotations(reportOf(25));
    assert.equal(many.match(/^::error/gm)?.length, 10);
    assert.match(many, /::16 more unexpected verdicts are in the report\n$/);
  });

  it('cannot be broken by what a path or a reason holds', () => {
    const report = reportOf(1, 'a,b:c%\n::warning::x');
    const missing = [{ shard: '2/2', reason: 'gone\n::stop-commands::x 100%' }];
    const lines = githubAnnotations({
      ...report,
      run: { ...report.run, merged: { runs: [], missing } },
    }).split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^::error file=a%2Cb%3Ac%25/);
    assert.match(lines[1] ?? '', /^::warning .*100%25$/);
  });
});
