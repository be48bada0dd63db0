import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportSchema } from '../report/contradictions.ts';
import { partOf } from './part.ts';
import { defaultGroupReport } from '../../test/support/sample-report.ts';

describe('a part of a report', () => {
  const whole = defaultGroupReport();
  const part = partOf(whole, (id) => id.endsWith('-musl'));

  it('is a report of its rows, which speaks of nothing else', () => {
    assert.equal(reportSchema.safeParse(part).success, true);
    assert.ok(part.environments.length > 0);
    assert.ok(part.environments.every(({ id }) => id.endsWith('-musl')));
    assert.equal(part.cells.length, part.environments.length * whole.scenarios.length);
    assert.ok(part.findings.length > 0);
    assert.ok(part.findings.every(({ text }) => !text.includes('glibc')));
    const { pass, fail } = part.summary;
    assert.equal(pass + fail, part.cells.length);
  });

  it('is the whole where every row is wanted', () => {
    const all = partOf(whole, () => true);
    assert.deepEqual({ ...all, findings: [] }, { ...whole, findings: [] });
  });
});
