import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Report } from '../report/schema.ts';
import { renderNotice } from './notice.ts';
import { summarise } from '../report/summary.ts';
import { defaultGroupReport, sampleEnvironment } from '../../test/support/sample-report.ts';

const EXPECTED: Report = (() => {
  const report = defaultGroupReport();
  const cells = report.cells.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  return { ...report, cells, summary: summarise(cells) };
})();

describe('the short text', () => {
  it('is empty where there is no news', () => {
    assert.equal(renderNotice(EXPECTED), '');
    assert.equal(renderNotice(EXPECTED, EXPECTED), '');
  });

  it('says which verdict is unexpected, and which changed', () => {
    const cells = EXPECTED.cells.map((cell, index) =>
      index === 0
        ? { ...cell, verdict: 'fail' as const, expected: 'pass' as const, failures: 3 }
        : cell,
    );
    const [before] = EXPECTED.cells;
    const [cell] = cells;
    assert.ok(cell && before?.verdict === 'pass');
    const text = renderNotice({ ...EXPECTED, cells, summary: summarise(cells) }, EXPECTED);
    const place = `${cell.environment} ${cell.scenario}`;
    assert.ok(text.includes(`unexpected: ${place}: fail, expected pass\n`), text);
    assert.ok(text.includes(`changed: ${place}: pass before, fail now\n`), text);
  });

  it('calls a C library that moved a change of its version', () => {
    const row = EXPECTED.environments.find(({ libc }) => libc?.name === 'glibc');
    assert.ok(row);
    const moved = sampleEnvironment(row.id, 'glibc 2.45-1', 'CPython 3.13.5');
    const environments = EXPECTED.environments.map((one) => (one === row ? moved : one));
    assert.match(
      renderNotice({ ...EXPECTED, environments }, EXPECTED),
      /^version: \S+: C library glibc .* before, glibc 2\.45, libc6 2\.45-1 now/m,
    );
  });

  it('says how many rows were left out that the earlier run had, and calls none of them gone', () => {
    const [absent = assert.fail(), ...environments] = EXPECTED.environments;
    const cells = EXPECTED.cells.filter(({ environment }) => environment !== absent.id);
    const leftOut = [{ reason: 'no one answers', environments: [absent.id] }];
    const part = { ...EXPECTED, run: { ...EXPECTED.run, leftOut }, environments, cells };
    const text = renderNotice({ ...part, summary: summarise(cells) }, EXPECTED);
    assert.match(text, /^left out: 1 row, because no registry answered$/m);
    assert.doesNotMatch(text, /^gone/m);
  });

  it('stays short, and free of control characters, whatever happened', () => {
    const cells = EXPECTED.cells.map((cell) => ({
      ...cell,
      scenario: `${cell.scenario}\u001b[31m${'x'.repeat(1000)}`,
      expected: cell.verdict === 'pass' ? ('fail' as const) : ('pass' as const),
    }));
    const text = renderNotice({ ...EXPECTED, cells, summary: summarise(cells) });
    assert.ok(text.split('\n').length < 20);
    assert.ok(text.length < 5000 && !text.includes('\u001b'));
  });
});
