import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Platform } from '../platform.ts';
import { sampleEnvironment, sampleReport } from '../../test/support/sample-report.ts';
import { computeFindings } from './findings.ts';

/** Rows such as `debian-12@linux-386/pypy3 F`. */
function findings(...lines: readonly string[]): readonly string[] {
  const rows = lines.map((line) => {
    const [id = '', verdict] = line.split(' ');
    const name: Platform = id.includes('@linux-386') ? 'linux/386' : 'linux/amd64';
    const platform = { name, pointerBits: 64, byteOrder: 'little', pageSize: 4096 } as const;
    const environment = sampleEnvironment(id, 'glibc 2.36-9', 'PyPy 3.9.16');
    return { environment: { ...environment, platform }, fails: verdict === 'F' };
  });
  const report = sampleReport({
    environments: rows.map(({ environment }) => environment),
    scenarios: ['add/os.system'],
    cells: rows.map(({ environment, fails }) => ({
      environment: environment.id,
      scenario: 'add/os.system',
      verdict: fails ? 'fail' : 'pass',
    })),
  });
  return computeFindings(report)
    .map(({ text }) => text)
    .filter((text) => text.includes('measured on both'));
}

describe('the same rows on two platforms', () => {
  it('are said to agree where they do', () => {
    assert.deepEqual(findings('a/x F', 'a@linux-386/x F', 'a/y P', 'a@linux-386/y P', 'b/x F'), [
      'linux/386 and linux/amd64 give the same verdict in 2 rows measured on both.',
    ]);
  });

  it('name what fails on one of them alone', () => {
    assert.deepEqual(findings('a/x P', 'a@linux-386/x F', 'a/y P', 'a@linux-386/y P'), [
      'linux/386 and linux/amd64 differ in 1 of 2 rows measured on both: of these, only a@linux-386/x failed.',
    ]);
  });

  it('are not spoken of where there are none', () => {
    assert.deepEqual(findings('a/x F', 'b@linux-386/x P'), []);
  });
});
