import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleEnvironment } from '../../test/support/sample-report.ts';
import { nextStep } from './next-step.ts';
import { formatBisection, type Candidate } from './format-bisection.ts';

const searched = (version: string, verdict: Candidate['verdict']): Candidate => ({
  environment: `base-${version}/cpython-3.11`,
  verdict,
  ...(verdict === null
    ? {}
    : { row: sampleEnvironment(`base-${version}`, `glibc ${version}-1`, 'CPython 3.11.2') }),
});
const answer = (rows: readonly Candidate[]) =>
  formatBisection(nextStep(rows.map(({ verdict }) => verdict)), 'add/os.system', 'libc', rows).join(
    '\n',
  );

describe('the answer of a bisection', () => {
  it('names the first version with the other verdict, the exact package, and what it cost', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', 'fail'),
      searched('2.41', 'pass'),
      searched('2.43', null),
      searched('2.44', 'pass'),
    ]);
    assert.match(
      text,
      /does not reproduce from glibc 2\.41 \(base-2\.41\/cpython-3\.11, libc6 2\.41-1\) on/,
    );
    assert.match(text, /Up to glibc 2\.36 .* it reproduces/);
    assert.match(text, /4 of 5 versions were measured/);
  });

  it('says that ends which agree tell nothing of what is between them', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', null),
      searched('2.41', 'fail'),
    ]);
    assert.match(text, /with both the oldest and the newest/);
    assert.match(text, /may differ/);
  });

  it('says where verdicts are not monotonic', () => {
    const text = answer([
      searched('2.31', 'fail'),
      searched('2.36', 'pass'),
      searched('2.41', 'fail'),
      searched('2.43', 'pass'),
    ]);
    assert.match(text, /not monotonic: they change again at glibc 2\.41 .*, glibc 2\.43/);
  });

  it('names what reached no verdict, and where nothing was found', () => {
    assert.match(
      answer([searched('2.31', 'fail'), searched('2.36', 'error'), searched('2.41', 'pass')]),
      /not measured: glibc 2\.36/,
    );
    assert.match(
      answer([searched('2.31', 'error'), searched('2.36', 'pass')]),
      /nothing to compare/,
    );
  });
});
